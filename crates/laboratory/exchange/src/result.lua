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
