-- expect: exit 0
-- stdout: inner\nfirst\tobject
-- A __tostring called by print calls print: arguments of the outer call must stay.
local object = setmetatable({}, { __tostring = function()
  print("inner")
  return "object"
end })
print("first", object)
