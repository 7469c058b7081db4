-- expect: exit 0
-- stdout: ok
pcall(os.date, ("%c"):rep(1000000))
pcall(os.date, ("x"):rep(30000000))
pcall(os.date, ("%c"):rep(2000))
for c in ("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ%0 \n!*-_^#"):gmatch(".") do
  pcall(os.date, "%" .. c) pcall(os.date, "%E" .. c) pcall(os.date, "%O" .. c)
end
pcall(os.date, "%") pcall(os.date, "%E") pcall(os.date, "\xff%\xff") pcall(os.date, "")
print("ok")
