--- stopped: stars
string.find(("a"):rep(40), ("a*"):rep(40) .. "b")
--- refused: rep
assert(not pcall(string.rep, "x", 1 << 40))
