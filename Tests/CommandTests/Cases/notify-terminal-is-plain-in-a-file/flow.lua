local sso = require "sso"
print(sso.notify.terminal { text = "a\27[2Jb", bell = true, title = "t", osc9 = true })
