local count = 0
it("remembers", function()
  count = count + 1
  sim.home {}.clock:jump(count)
end)
