-- keyring_spec.lua: the built-in flows where a policy keeps logins in a keyring, which may be locked.
local builtin = require "helpers.builtin"
local SAID <const> = "the keyring cannot be used: Cannot create an item in a locked collection"

describe("a keyring #keyring", function()
  local svc, home, keyring
  before_each(function()
    svc = sim.service { approve = "auto", device = { interval = 5 } }
    home = builtin.home()
    keyring = require "helpers.keyring" ()
  end)

  local function run(flow, policy, ...)
    local run = builtin.run(flow, { service = svc, home = home, policies = { "flows/" .. policy .. ".lua" },
      programs = { ["secret-tool"] = keyring.secret_tool } }, "--profile", "dev", ...)
    assert.never(run, "token or secret in output, error or trace")
    return run
  end

  local function login(policy) return run("login", policy, "--no-browser") end

  local function said_once(run)
    local _, count = run.stderr:gsub(SAID, "")
    assert.equal(1, count, run.stderr)
    assert.is_nil(run.stderr:find("secret-tool", 1, true))
  end

  it("that is locked makes a logout say what is left; unlocked, it can be ended", function()
    assert.exit(login "in_the_keyring", 0)
    keyring.locked = true
    local vain = run("logout", "in_the_keyring")
    assert.exit(vain, 1)
    assert.contains(vain.stderr, "not signed out of https://example.awsapps.com/start: " .. SAID)
    said_once(vain)
    assert.same({}, vain:requests "Logout")
    keyring.locked = false
    local done = run("logout", "in_the_keyring")
    assert.exit(done, 0)
    assert.contains(done.stderr, "signed out of")
    assert.equal(1, #done:requests "Logout")
  end)

  it("that is locked before a logout of all makes it say so", function()
    assert.exit(login "in_the_keyring", 0)
    keyring.locked = true
    local run = builtin.run("logout", { service = svc, home = home, policies = { "flows/in_the_keyring.lua" },
      programs = { ["secret-tool"] = keyring.secret_tool } }, "--all")
    assert.exit(run, 1)
    assert.contains(run.stderr, SAID)
  end)

  for _, policy in ipairs { "in_the_keyring", "before_the_keyring" } do
    it(policy .. ": a login gives the token though it is locked, and says so once", function()
      keyring.locked = true
      local run = login(policy)
      assert.exit(run, 0)
      assert.contains(run.stderr, "signed in to https://example.awsapps.com/start")
      said_once(run)
    end)

    it(policy .. ": keys of a role come though it is locked, and it says so once", function()
      keyring.locked = true
      local run = run("credentials", policy)
      assert.exit(run, 0)
      said_once(run)
    end)
  end

  it("that is locked and another store's help is passed over, but not by a logout", function()
    assert.exit(login "behind_the_keyring", 0)
    keyring.locked = true
    local again = login "behind_the_keyring"
    assert.exit(again, 0)
    assert.contains(again.stderr, "still signed in")
    assert.is_nil(again.stderr:find(SAID, 1, true))
    local vain = run("logout", "behind_the_keyring")
    assert.exit(vain, 1)
    assert.contains(vain.stderr, SAID)
    keyring.locked = false
    assert.contains(login "behind_the_keyring".stderr, "in to https://example.awsapps.com/start")
  end)
end)
