it("x", function() assert.snapshot("two") end)
