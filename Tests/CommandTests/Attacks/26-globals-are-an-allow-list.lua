-- expect: exit 0
-- stdout: ok
local allowed = {}
for name in ("_G _VERSION arg assert coroutine debug error getmetatable io ipairs load math next os pairs pcall print rawequal rawget rawlen rawset require select setmetatable string table tonumber tostring type utf8 xpcall"):gmatch("%S+") do allowed[name] = true end
for name in pairs(_G) do assert(allowed[name], name) end
for name in pairs(debug) do assert(name == "traceback", name) end
for _, name in ipairs { "package", "dofile", "loadfile", "collectgarbage", "warn", "loadstring", "newproxy", "setfenv", "getfenv", "unpack", "module" } do assert(_G[name] == nil, name) end
for _, name in ipairs { "dump" } do assert(string[name] == nil, name) end
for _, name in ipairs { "setlocale", "tmpname" } do assert(os[name] == nil, name) end
for _, name in ipairs { "tmpfile" } do assert(io[name] == nil, name) end
print("ok")
