-- expect: exit 1
-- stdout: printed
-- stderr: shown
error(setmetatable({}, { __tostring = function()
  print("printed")
  local keep = {}
  for i = 1, 20000 do keep[i] = ("z"):rep(40) .. i end
  return "shown"
end }))
