it("runs", function() assert.exit(sim.run("flow.lua", {}), 0) end)
