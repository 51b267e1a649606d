-- The table wrk, and what done is given.

wrk.method = "PUT"
wrk.body = "a body"
wrk.headers["X-Name"] = "value"

function setup(thread)
  local addresses = wrk.lookup(wrk.host, wrk.port)
  thread.addr = addresses[1]
  where = tostring(thread.addr) == "127.0.0.1:" .. wrk.port and wrk.connect(addresses[1])
end

function done(summary, latency, requests)
  local file = assert(io.open(os.getenv("REPORT"), "w"))
  local function tell(name, ...)
    file:write(name)
    for _, value in ipairs({ ... }) do
      file:write(" ", tostring(value))
    end
    file:write("\n")
  end
  tell("wrk", wrk.scheme, wrk.host, wrk.method, wrk.path, type(wrk.thread), where)
  tell("summary", summary.duration >= 1e6, summary.requests > 0, summary.bytes > summary.requests)
  for _, name in ipairs({ "connect", "read", "write", "status", "timeout" }) do
    tell(name, summary.errors[name])
  end
  local total = 0
  for i = 1, #latency do
    local value, count = latency(i)
    assert(value >= latency.min and count > 0)
    total = total + count
  end
  tell("latency", total >= summary.requests, latency.min <= latency.mean, latency.mean <= latency.max)
  tell("order", latency:percentile(50) <= latency:percentile(99.9), latency.stdev > 0)
  tell("requests", requests.max > 0, #requests > 0)
  file:close()
end
