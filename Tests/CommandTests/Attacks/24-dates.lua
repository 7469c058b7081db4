-- expect: exit 0
-- stdout: ok
for _, n in ipairs { 0, -1, math.maxinteger, math.mininteger, 1e308, -1e308, 0/0, math.huge, 253402300799, 253402300800, -62135596800, 2^53 } do
  pcall(os.date, "%c", n) pcall(os.date, "!*t", n) pcall(os.date, "*t", n) pcall(os.difftime, n, n)
  for _, field in ipairs { "year", "month", "day", "hour", "min", "sec" } do
    local t = { year = 2020, month = 1, day = 1 }
    t[field] = n
    pcall(os.time, t)
  end
end
print("ok")
