-- note.lua - writes a note into each file that it is told, and says which it could not write.

for _, path in ipairs(arg) do
  local file, problem = io.open(path, "w")
  if file then
    file:write "a note"
    file:close()
  end
  print(file and path .. ": written" or problem)
end
