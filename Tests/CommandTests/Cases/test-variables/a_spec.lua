it("reads them in their order", function()
  assert.same({ "option", "file", "environment" }, { sim.var "a", sim.var "b", sim.var "c" })
  assert.same("1234-5678", sim.secret "pin")
end)
