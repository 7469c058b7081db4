-- expect: exit 1
-- file: m.lua coroutine.yield(1)
-- stderr: outside a coroutine
require "m"
