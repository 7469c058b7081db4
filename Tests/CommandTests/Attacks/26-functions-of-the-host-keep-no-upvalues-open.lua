-- expect: exit 0
-- stdout: ok
local sso = require "sso"
for name, f in pairs(sso.json) do
  if type(f) == "function" then
    for _, args in ipairs { {}, { f }, { f, f, f }, { sso }, { _G }, { coroutine.running() }, { sso.null, sso.null } } do pcall(f, table.unpack(args)) end
  end
end
print("ok")
