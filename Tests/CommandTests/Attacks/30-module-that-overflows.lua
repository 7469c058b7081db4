-- expect: exit 7
-- file: deep.lua local function f() return 1 + f() end f()
-- stderr: stack overflow
pcall(require, "deep")
print("ESCAPED")
