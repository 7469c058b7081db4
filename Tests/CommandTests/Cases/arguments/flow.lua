print(...)
print(#arg, arg[0])
