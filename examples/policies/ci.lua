-- ci.lua - a policy for build machines: ssoscript run --policy ci.lua flow.lua
--
-- Nobody sits before a build machine: no browser, no file that outlives the build, few roles.

return {
  allow = {
    flows = { "device" }, -- somebody approves the code elsewhere
    roles = { "Deploy", "ReadOnly" },
    cache = { "memory", "none" },
    max_lifetime = 3600,
  },
  cache = "none", -- whatever a script asks for; without this, ssoscript login would keep AWS's files

  on_verification = function(auth)
    -- The log of a build is read by many; the code is of use to whoever approves it, and no secret.
    io.stderr:write("somebody has to approve ", auth.userCode, " at ", auth.verificationUri, "\n")
  end,
}
