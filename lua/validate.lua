-- The validate scenario: POST the registrations of corpus.tsv in order, half of them valid.
--
--   wrk -c 120 -t 12 http://localhost:5000 -d10s -s lua/validate.lua

local folder = debug.getinfo(1, "S").source:match("^@(.*/)") or "./"
local write_result = dofile(folder .. "result.lua")
local requests, statuses, next_request
local threads = 0

-- Threads start at different places in the corpus; the golden ratio spreads any number of them.
function setup(thread)
  thread:set("start", (threads * 0.6180339887498949) % 1)
  threads = threads + 1
end

-- Formats all requests up front, so that only a look-up is left for the measured window.
function init()
  requests, statuses = {}, {}
  local headers = { ["Content-Type"] = "application/json" }
  for line in io.lines(folder .. "corpus.tsv") do
    local status, body = line:match("^(%d+)\t[^\t]*\t(.*)$")
    statuses[#statuses + 1] = assert(tonumber(status), "corpus.tsv: a line without three fields")
    requests[#requests + 1] = wrk.format("POST", "/validate", headers, body)
  end
  next_request = math.floor(start * #requests)
end

function request()
  next_request = next_request % #requests + 1
  return requests[next_request]
end

-- The status that the contract requires for the last request. Only dyno's own driver asks for it.
function expect()
  return statuses[next_request]
end

function done(summary, latency)
  write_result(summary, latency)
end
