io.open("flow.lua"):read("a")
