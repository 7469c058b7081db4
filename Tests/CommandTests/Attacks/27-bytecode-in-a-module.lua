-- expect: exit 1
-- file: evil.lua \x1bLuaT\x00\x19\x93\x0d\x0a\x1a\x0a\x04\x08\x08
-- stderr: is not UTF-8
require "evil"
