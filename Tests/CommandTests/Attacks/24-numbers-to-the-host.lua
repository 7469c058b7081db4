-- expect: exit 0
-- stdout: ok
local sso = require "sso"
for _, n in ipairs { 0, -0.0, -1, math.maxinteger, math.mininteger, 1e308, -1e308, 0/0, math.huge, -math.huge, 2^53 + 1, 2^63, -2^63, 2^64, 1e19, 5e-324 } do
  if not (n > 1 or n ~= n) then pcall(sso.time.sleep, n) end
  pcall(sso.time.sleep, -n) 
  pcall(sso.time.format, n) pcall(sso.crypto.random_bytes, n) pcall(sso.task.timeout, n ~= n and n or -1, print)
  pcall(sso.json.encode, n) pcall(sso.client, { region = "us-east-1", timeout = n }) pcall(sso.client, { region = "us-east-1", retries = n })
  pcall(io.read, n ~= n and n or -5) pcall(os.date, "%c", n) pcall(string.rep, "", n) pcall(string.char, n) pcall(utf8.char, n)
  pcall(select, n) pcall(math.random, n) pcall(table.unpack, {}, n) pcall(table.unpack, {}, 1, n) pcall(string.byte, "x", n, n) pcall(string.sub, "x", n, n)
end
print("ok")
