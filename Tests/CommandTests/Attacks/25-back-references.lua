-- expect: exit 7
-- args: --timeout 0.5
-- stderr: time limit
string.find(("a"):rep(20000), "(a*)%1%1b")
