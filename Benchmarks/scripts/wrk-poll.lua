-- wrk-poll.lua - for wrk: `wrk … -s wrk-poll.lua URL -- FILE` sends the lines of a file in turn.
local requests, last = {}, 0

function init(arguments)
  wrk.headers["Content-Type"] = "application/json"
  for body in io.lines(arguments[1]) do
    requests[#requests + 1] = wrk.format("POST", nil, nil, body)
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end
