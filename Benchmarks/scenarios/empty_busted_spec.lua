-- empty_busted_spec.lua - the same for busted, which wants a describe around them.
describe("empty", function()
  for i = 1, 1000 do it("does nothing " .. i, function() end) end
end)
