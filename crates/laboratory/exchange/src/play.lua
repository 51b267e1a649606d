-- Plays the requests of the file beside this script, in the order that stands there.

local requests, statuses, count, at = {}, {}, 0, 0
local threads = 0

-- Threads start at different places; the golden ratio spreads any number of them.
function setup(thread)
  thread:set("start", (threads * 0.6180339887498949) % 1)
  threads = threads + 1
end

-- Reads all requests up front, so that only a look-up is left for the measured window.
function init()
  local script = debug.getinfo(1, "S").source:match("^@(.*)%.lua$")
  local file = assert(io.open(script .. ".requests", "rb"))
  local function numbers(pattern)
    return assert(file:read("*l")):match(pattern)
  end
  local function text(length)
    return length == "0" and "" or assert(file:read(tonumber(length)))
  end
  local different, turns = numbers("^(%d+) (%d+)$")
  local texts, expected = {}, {}
  for i = 1, tonumber(different) do
    local status, before, after = numbers("^(%d+) (%d+) (%d+)$")
    expected[i] = tonumber(status)
    local line = text(before)
    local host = line ~= "" and "Host: " .. wrk.headers["Host"] .. "\r\n" or ""
    texts[i] = line .. host .. text(after)
  end
  count = tonumber(turns)
  for i = 1, count do
    local number = tonumber((numbers("^(%d+)$")))
    requests[i] = texts[number]
    statuses[i] = expected[number] > 0 and expected[number] or false
  end
  file:close()
  at = math.floor(start * count)
end

function request()
  at = at % count + 1
  return requests[at]
end

-- The status that is right for the last request. Only dyno's own driver asks for it.
function expect()
  return statuses[at] or nil
end

function done(summary, latency)
  write_result(summary, latency)
end
