describe("sums #quick", function()
  it("adds", function() assert.same(4, 2 + 2) end)
  it("multiplies #slow", function() assert.same(6, 2 * 3) end)
end)
