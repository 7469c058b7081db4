-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local main, is_main = coroutine.running()
assert(is_main and not coroutine.isyieldable())
sso.time.sleep(0)
local again, still = coroutine.running()
assert(again == main and still)
local co
co = coroutine.create(function()
  assert(coroutine.running() == co and coroutine.isyieldable())
  sso.time.sleep(0.001)
  assert(coroutine.running() == co and coroutine.status(co) == "running")
  assert(coroutine.status(main) == "normal")
  coroutine.yield()
end)
assert(coroutine.resume(co))
assert(coroutine.status(co) == "suspended")
assert(coroutine.close(co) and coroutine.status(co) == "dead")
print("ok")
