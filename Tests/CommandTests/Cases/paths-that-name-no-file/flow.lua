print(io.open(""))
print(os.remove(""))
print(os.rename("", "other"))
print(os.rename("flow.lua", ""))
print(select(2, pcall(io.lines, "")))
local function words(...)
  local _, message, number = ...
  print(message:match("[^/]+/: .*"), number)
end
for _, mode in ipairs { "r", "a", "w", "r+" } do words(io.open("flow.lua/", mode)) end
words(os.remove("flow.lua/"))
words(os.rename("flow.lua/", "other"))
words(io.open("other/", "w"))
print(select(3, os.rename("flow.lua", "other/")))
print(io.open("flow.lua"):read("l"))
for _, mode in ipairs { "r", "a", "w", "r+" } do
  local _, message, number = io.open(".", mode)
  print(message:match ": .*", number)
end
