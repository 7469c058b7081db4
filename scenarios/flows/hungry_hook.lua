-- hungry_hook.lua - a sign-in with a hook that takes all memory it can get.

local sso = require "sso"

sso.login { session = "work", flow = "device", browser = false,
  on_verification = function()
    local pages = {}
    while true do pages[#pages + 1] = ("page"):rep(100000) end
  end }
