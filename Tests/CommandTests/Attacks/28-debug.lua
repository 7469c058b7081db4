-- expect: exit 0
-- stdout: ok
for _, name in ipairs { "getregistry", "getupvalue", "setupvalue", "getlocal", "setlocal", "sethook", "gethook", "getinfo", "getmetatable", "setmetatable", "upvalueid", "upvaluejoin", "getuservalue", "setuservalue", "debug", "setcstacklimit" } do assert(debug[name] == nil, name) end
assert(type(debug.traceback()) == "string")
print("ok")
