local write_result = (function()
-- Writes what wrk measured, in full precision, as one line of JSON to the file that DYNO_WRK_RESULT names.
-- Without that variable it writes nothing, and wrk's own output is all there is.

local percentiles = { 50, 75, 90, 99, 99.9 }

-- wrk computes 0/0 when no request finished: that is null in JSON.
local function number(value)
  if value ~= value or value == math.huge or value == -math.huge then
    return "null"
  end
  return string.format("%.17g", value)
end

local function fields(names, values)
  local parts = {}
  for i, name in ipairs(names) do
    parts[i] = string.format('"%s":%s', name, number(values[name]))
  end
  return table.concat(parts, ",")
end

local function percentile_fields(latency)
  local parts = {}
  for i, p in ipairs(percentiles) do
    parts[i] = string.format('"%s":%s', p, number(latency:percentile(p)))
  end
  return table.concat(parts, ",")
end

-- Each value of the histogram in microseconds, with its count.
local function histogram(latency)
  local parts = {}
  for i = 1, #latency do
    local value, count = latency(i)
    parts[i] = string.format("[%d,%d]", tonumber(value), tonumber(count))
  end
  return table.concat(parts, ",")
end

local function write(summary, latency)
  local path = os.getenv("DYNO_WRK_RESULT")
  if not path then
    return
  end
  local file = assert(io.open(path, "w"))
  file:write(
    '{"duration_us":', number(summary.duration),
    ',"requests":', number(summary.requests),
    ',"bytes":', number(summary.bytes),
    ',"errors":{', fields({ "connect", "read", "write", "status", "timeout" }, summary.errors),
    '},"latency_us":{', fields({ "min", "max", "mean", "stdev" }, latency),
    ',"percentiles":{', percentile_fields(latency),
    '},"histogram":[', histogram(latency), "]}}\n"
  )
  assert(file:close())
end

return write
end)()

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
