-- The table `wrk`, by the meanings of wrk's SCRIPTING document. Its fields, `lookup` and `connect` are set by the
-- driver before this runs.

function wrk.format(method, path, headers, body)
  headers = headers or wrk.headers
  body = body or wrk.body
  headers["Host"] = headers["Host"] or wrk.headers["Host"]
  headers["Content-Length"] = body and #body

  local lines = { string.format("%s %s HTTP/1.1", method or wrk.method, path or wrk.path) }
  for name, value in pairs(headers) do
    lines[#lines + 1] = name .. ": " .. tostring(value)
  end
  return table.concat(lines, "\r\n") .. "\r\n\r\n" .. (body or "")
end

function wrk.setup(thread)
  if type(setup) == "function" then
    setup(thread)
  end
end

function wrk.init(args)
  if not wrk.headers["Host"] then
    local host = wrk.host:find(":", 1, true) and "[" .. wrk.host .. "]" or wrk.host
    wrk.headers["Host"] = wrk.port and host .. ":" .. wrk.port or host
  end
  if type(init) == "function" then
    init(args)
  end
  -- What a script without `request` sends is settled once.
  local formatted = wrk.format()
  function wrk.request()
    return formatted
  end
end
