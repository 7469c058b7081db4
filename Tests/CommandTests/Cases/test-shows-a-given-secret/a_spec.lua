it("prints it", function() print(sim.secret "pin") end)
