print(assert(io.open("flow.lua")):read("l"))
