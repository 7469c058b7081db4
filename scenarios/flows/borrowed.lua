-- borrowed.lua - a login that others keep, and above it a store of its own for what is new.
--
-- Words: how many ask at once, and whether they ask again after 46 minutes.

local sso = require "sso"

local count, again = tonumber(arg[1]), arg[2] == "again"
local cache = sso.cache.layered(sso.cache.memory(), sso.cache.files { read_only = true })

local function ask()
  print(sso.ensure { session = "work", flow = "device", cache = cache }.source)
end

local asking = {}
for number = 1, count do asking[number] = ask end
sso.task.all(asking)
if again then
  sso.time.sleep(46 * 60)
  sso.status { session = "work", cache = cache }
  ask()
end
