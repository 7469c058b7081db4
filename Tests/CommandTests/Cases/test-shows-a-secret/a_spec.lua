it("tells", function()
  sim.run("flow.lua", { service = sim.service {}, programs = { ["notify-send"] = "" } })
end)
