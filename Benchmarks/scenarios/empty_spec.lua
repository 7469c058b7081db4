-- empty_spec.lua - a thousand scenarios that do nothing.
for i = 1, 1000 do it("does nothing " .. i, function() end) end
