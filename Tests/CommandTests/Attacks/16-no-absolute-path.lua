-- expect: exit 1
-- file: lib/deep.lua return { f = function() error("inside") end }
-- stderr: lib/deep.lua:1: inside
require("lib.deep").f()
