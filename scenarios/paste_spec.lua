-- paste_spec.lua: the authorization code grant by hand, and what a stranger may have pasted.
local FLOW <const> = "flows/paste.lua"

describe("pasted logins #pkce", function()
  local svc
  before_each(function() svc = sim.service {} end)

  local function paste(address)
    return sim.run(FLOW, { service = svc, terminal = true, answers = { address } })
  end

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

  it("R7636-02 S39 the verifier is not shown", function()
    local run = paste ""
    assert.is_nil(run.output:find("code_verifier", 1, true))
    assert.contains(run.stderr, "code_challenge_method=S256")
  end)
end)
