-- expect: exit 0
-- stdout: ok
for _, name in ipairs { "package", "debug.sethook", "string.dump", "ffi", "posix", "lfs", "socket", "_G.package" } do
  local ok, m = pcall(require, name)
  if ok then assert(m.loadlib == nil and m.loaded == nil and m.sethook == nil) end
end
local seen = {}
local function walk(t, path)
  if seen[t] then return end
  seen[t] = true
  for k, v in pairs(t) do
    assert(k ~= "loadlib" and k ~= "loaded" and k ~= "searchers" and k ~= "cpath" and k ~= "getregistry" and k ~= "setmetatable" or path == "_G", path .. "." .. tostring(k))
    if type(v) == "table" then walk(v, path .. "." .. tostring(k)) end
  end
end
walk(_G, "_G")
walk(require("sso"), "sso")
walk(require("sso.safe"), "sso.safe")
print("ok")
