-- expect: exit 0
-- stdout: ok
local sso = require "sso"
for _, object in ipairs { io.stdout, sso.client { region = "us-east-1" }, sso.task.spawn(function() end) } do
  local mt = getmetatable(object)
  assert(type(mt) == "string")
  assert(not pcall(setmetatable, object, {}))
  assert(object.__gc == nil and object.__index == nil and object.__metatable == nil)
  assert(not pcall(function() object.x = 1 end))
  assert(not pcall(rawset, object, "x", 1))
  assert(not pcall(rawget, object, "x"))
  assert(not pcall(next, object))
  assert(not pcall(function() return #object end))
  assert(not pcall(function() return object < object end))
end
print("ok")
