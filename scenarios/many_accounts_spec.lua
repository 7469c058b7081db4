-- many_accounts_spec.lua: an organisation of many accounts.

describe("an organisation", function()
  local svc, home
  before_each(function()
    home = sim.home { files = { [".aws/config"] = [[
[sso-session work]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
]] } }
  end)

  local function has_accounts(count)
    local directory = { people = { { name = "ada", roles = {} } }, accounts = {} }
    for number = 1, count do
      local id = ("1%011d"):format(number)
      directory.accounts[number] = { id = id, name = "account " .. number }
      directory.people[1].roles[id] = { "ReadOnlyAccess" }
    end
    svc = sim.service { approve = "auto", directory = directory }
  end

  local function keys(policies)
    local run = sim.run("flows/keys_of_all.lua", { service = svc, home = home, policies = policies })
    assert.exit(run, 0)
    return run
  end

  -- Each file that is written is a place where the machine may crash: these are enough to be at once.
  it("has the keys of its accounts kept, however many are asked for at once", function()
    has_accounts(24)
    keys()
    local again = keys()
    assert.same({}, again:requests "GetRoleCredentials")
  end)

  it("gives its allowed accounts at once, as those that a policy refuses take no turn of the pace", function()
    has_accounts(200)
    local run = keys { "flows/two_accounts.lua" }
    assert.same(2, #run:requests "ListAccountRoles")
    assert.is_true(run.elapsed < 2, "took " .. run.elapsed .. " s")
  end)
end)
