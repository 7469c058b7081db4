-- expect: exit 0
-- stdout: 42
local pieces = { "return ", 42, "" }
local index = 0
print(load(function() index = index + 1 return pieces[index] end)())
