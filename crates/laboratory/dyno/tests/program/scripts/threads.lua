-- setup, thread:set, thread:get, init with arguments, request, response, done: what each of them sees.

local threads = {}

function setup(thread)
  threads[#threads + 1] = thread
  thread:set("id", #threads)
  -- No table: wrk 4.1 crashes on that.
  thread:set("truth", true)
  before = before or thread:get("loaded")
end

loaded = "loaded before setup"

function init(args)
  words = table.concat(args, " ")
  paths = { "/a?b=c", "/d" }
  turn, answers = 0, 0
end

function request()
  turn = turn % #paths + 1
  return wrk.format(nil, paths[turn], { ["X-Thread"] = id, ["X-Truth"] = tostring(truth) })
end

function response(status, headers, body)
  answers = answers + 1
  seen = string.format("%d %s %s %s", status, headers["Content-Length"], body, tostring(wrk.thread ~= nil))
end

function done(summary, latency, requests)
  local file = assert(io.open(os.getenv("REPORT"), "w"))
  local answers = 0
  for i, thread in ipairs(threads) do
    file:write(i, " ", thread:get("id"), " ", thread:get("words"), " ", thread:get("seen"), "\n")
    answers = answers + thread:get("answers")
  end
  file:write(before, "\n", tostring(answers == summary.requests), "\n")
  file:close()
end
