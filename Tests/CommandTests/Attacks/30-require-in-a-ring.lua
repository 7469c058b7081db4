-- expect: exit 1
-- file: a.lua return require "b"
-- file: b.lua return require "a"
-- stderr: requires itself
require "a"
