it("x", function() end)
