-- paste_spec.lua: the authorization code grant by hand, and what a stranger may have pasted.
local FLOW <const> = "flows/paste.lua"

describe("pasted logins #pkce", function()
  local svc
  before_each(function() svc = sim.service {} end)

  local function paste(address)
    return sim.run(FLOW, { service = svc, terminal = true, answers = { address } })
  end

  it("the address at which a browser elsewhere ends signs in", function()
    svc:person():at("20s"):opens("terminal"):approves()
    local run = sim.run(FLOW, { service = svc, terminal = true })
    assert.exit(run, 0)
    assert.contains(run.stderr, "signed in")
    assert.same({ "authorization_code" }, run:grants())
  end)

  it("the address of a denial does not", function()
    svc:person():at("20s"):opens("terminal"):denies()
    assert.exit(sim.run(FLOW, { service = svc, terminal = true }), 3)
  end)

  for name, address in pairs {
    ["a wrong state"] = "http://127.0.0.1/oauth/callback?code=stolen&state=wrong",
    ["no state"] = "http://127.0.0.1/oauth/callback?code=stolen",
    ["a denial"] = "http://127.0.0.1/oauth/callback?error=access_denied",
    ["nothing"] = "",
  } do
    it("F22 " .. name .. " is never exchanged for a token", function()
      local run = paste(address)
      assert.exit(run, 3)
      assert.same({}, run:grants())
      assert.no_secret_in(run.output)
    end)
  end

  property("F22 no answer to another login is exchanged for a token", { seeds = 100 }, function(world)
    local parts = {
      world:pick { "", "code=stolen", "error=access_denied" }, world:pick { "", "state=wrong", "state=" },
      world:pick { "", "code=", "state=wrong&code=stolen", "iss=https%3A%2F%2Fexample.com" },
    }
    local run = paste("http://127.0.0.1/oauth/callback?" .. table.concat(parts, "&"))
    assert.exit(run, 3)
    assert.same({}, run:grants())
  end)

  it("F22 each login has a state of its own", function()
    local first, second = paste "", paste ""
    assert.not_same(first.stderr:match "state=([^&]+)", second.stderr:match "state=([^&]+)")
  end)

  it("R7636-02 S39 the verifier is not shown", function()
    local run = paste ""
    assert.is_nil(run.output:find("code_verifier", 1, true))
    assert.contains(run.stderr, "code_challenge_method=S256")
  end)
end)
