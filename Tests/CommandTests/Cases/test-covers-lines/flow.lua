if arg[1] then
  print(arg[1])
end
print("done")
