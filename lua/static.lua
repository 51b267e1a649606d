-- The static scenario: GET the 5 MiB payload.
--
--   wrk -c 120 -t 12 http://localhost:5000 -d10s -s lua/static.lua

local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local write_result = dofile(folder .. "result.lua")
local formatted

function init()
  formatted = wrk.format("GET", "/static")
end

function request()
  return formatted
end

-- dyno's own driver asks for the expected status after each request; wrk never does.
function expect()
  return 200
end

function done(summary, latency)
  write_result(summary, latency)
end
