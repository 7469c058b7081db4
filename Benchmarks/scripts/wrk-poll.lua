-- wrk-poll.lua - for wrk: `wrk … -s wrk-poll.lua URL -- BODY` sends one poll again and again.
function init(arguments)
  wrk.method, wrk.body = "POST", arguments[1]
  wrk.headers["Content-Type"] = "application/json"
end
