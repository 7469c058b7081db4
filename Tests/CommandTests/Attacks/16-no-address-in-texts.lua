-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local texts = {}
local function add(...) for i = 1, select("#", ...) do texts[#texts + 1] = tostring((select(i, ...))) end end
local client = sso.client { region = "us-east-1" }
local function nothing() return error end
for _, v in ipairs { {}, nothing, coroutine.create(print), io.stdout, client, sso.null, sso, function() end } do
  add(v, ("%s"):format(v), select(2, pcall(error, v)), select(2, pcall(function() return v + 1 end)),
    select(2, pcall(function() return v .. "" end)), select(2, pcall(function() return v < 1 end)),
    select(2, pcall(function() return #v end)), select(2, pcall(function() return v() end)),
    select(2, pcall(string.rep, v)), select(2, pcall(sso.json.encode, v)), select(2, pcall(sso.time.sleep, v)),
    select(2, pcall(string.format, "%d", v)), select(2, pcall(string.format, "%q", v)),
    select(2, pcall(ipairs, nil, v)), select(2, pcall(setmetatable, v, v)), select(2, pcall(load, v)))
end
add(debug.traceback("x"), select(2, pcall(string.format, "%p", {})))
for _, text in ipairs(texts) do assert(not text:find("0x%x%x%x%x"), text) end
print("ok")
