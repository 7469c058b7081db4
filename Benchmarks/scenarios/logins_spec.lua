-- logins_spec.lua - device logins, each with a fresh interpreter and a fresh service; --seeds says how many.
for _, case in ipairs { { polls = 3, approve = "12s" }, { polls = 60, approve = "298s" } } do
  local function login(...)
    local svc = sim.service { device = { interval = 5 }, approve = case.approve }
    local run = sim.run("login.lua", { service = svc, args = { ... } })
    assert.exit(run, 0)
    return run
  end

  it("polls " .. case.polls .. " times", function()
    assert.same(case.polls, #login():requests "CreateToken")
  end)

  property("device login, " .. case.polls .. " polls", { seeds = 1000 }, function() login() end)

  property("login of an hour, with renewal, " .. case.polls .. " polls", { seeds = 1000 }, function()
    login("hour")
  end)
end
