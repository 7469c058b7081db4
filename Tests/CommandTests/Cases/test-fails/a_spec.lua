it("adds", function() assert.same(5, 2 + 2) end)
