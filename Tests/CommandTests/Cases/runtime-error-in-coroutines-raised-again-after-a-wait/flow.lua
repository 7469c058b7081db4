local sso = require "sso"
local inner = coroutine.wrap(function() error("deep", 0) end)
local outer = coroutine.wrap(function() inner() end)
local _, err = pcall(outer)
sso.time.sleep(0)
error(err, 0)
