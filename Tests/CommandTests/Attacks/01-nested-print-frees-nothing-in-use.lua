-- expect: exit 0
-- stdout: inner\nxxxxx\tobject\tyyyyy
-- The inner call makes garbage; the arguments of the outer one must still be there.
local object = setmetatable({}, { __tostring = function()
  print(("in"):rep(1) .. "ner")
  local keep = {}
  for i = 1, 20000 do keep[i] = ("z"):rep(50) .. i end
  return "ob" .. "ject"
end })
print(("x"):rep(5), object, ("y"):rep(5))
