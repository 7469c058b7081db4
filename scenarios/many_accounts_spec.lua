-- many_accounts_spec.lua: an organisation of two hundred accounts.

describe("two hundred accounts", function()
  local svc, home
  before_each(function()
    local directory = { people = { { name = "ada", roles = {} } }, accounts = {} }
    for number = 1, 200 do
      local id = ("1%011d"):format(number)
      directory.accounts[number] = { id = id, name = "account " .. number }
      directory.people[1].roles[id] = { "ReadOnlyAccess" }
    end
    svc = sim.service { approve = "auto", directory = directory }
    home = sim.home { files = { [".aws/config"] = [[
[sso-session work]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
]] } }
  end)

  local function keys(policies)
    local run = sim.run("flows/keys_of_all.lua", { service = svc, home = home, policies = policies })
    assert.exit(run, 0)
    return run
  end

  it("have their keys kept, however many are asked for at once", function()
    keys()
    local again = keys()
    assert.same({}, again:requests "GetRoleCredentials")
  end)

  it("that a policy refuses take no turn of the pace", function()
    local run = keys { "flows/two_accounts.lua" }
    assert.same(2, #run:requests "ListAccountRoles")
    assert.is_true(run.elapsed < 2, "took " .. run.elapsed .. " s")
  end)
end)
