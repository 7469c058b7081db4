-- logins_spec.lua - device logins, each with a fresh interpreter and a fresh service; --seeds says how many.
property("device login", { seeds = 1000 }, function()
  local svc = sim.service { device = { interval = 5 }, approve = "298s" }
  assert.exit(sim.run("login.lua", { service = svc }), 0)
end)

property("login of an hour, with renewal", { seeds = 1000 }, function()
  local svc = sim.service { device = { interval = 5 }, approve = "298s" }
  assert.exit(sim.run("login.lua", { service = svc, args = { "hour" } }), 0)
end)
