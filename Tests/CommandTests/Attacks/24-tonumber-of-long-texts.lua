-- expect: exit 0
-- stdout: ok
for _, s in ipairs { ("9"):rep(1000000), "0x" .. ("f"):rep(1000000), "1e" .. ("9"):rep(1000000), (" "):rep(1000000) .. "1", "0." .. ("0"):rep(1000000) .. "1" } do
  tonumber(s) tonumber(s, 16) tonumber(s, 36) pcall(math.tointeger, s) pcall(function() return s + 1 end)
end
print("ok")
