-- proxies_spec.lua: N15 and N16 of the failure catalogue: proxies that variables name.
local FLOW <const> = "flows/login.lua"
local OIDC <const> = "oidc.us-east-1.amazonaws.com:443"

describe("proxies #faults", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { reuse_grace = "60s" } }
    home = sim.home {}
    svc:person():at("7s"):approves()
  end)

  local function login(env)
    local run = sim.run(FLOW, { service = svc, home = home, env = env })
    assert.never(run, "token or secret in output, error or trace")
    return run
  end

  local function hosts(proxy)
    local names = {}
    for _, request in ipairs(proxy:requests()) do names[request.host] = true end
    return names
  end

  for _, name in ipairs { "HTTPS_PROXY", "https_proxy", "ALL_PROXY" } do
    it(name .. " is honoured, its credentials included", function()
      local proxy = sim.proxy { credentials = "me:hush-hush" }
      local run = login { [name] = "http://me:hush-hush@proxy.example:3128" }
      assert.exit(run, 0)
      assert.same({ [OIDC] = true }, hosts(proxy))
      assert.equal(#run:requests(), #proxy:requests())
      assert.is_nil(run.output:find("hush", 1, true))
    end)
  end

  it("N15 a proxy that answers 407 is named, without the credentials that it did not like", function()
    local proxy = sim.proxy { credentials = "me:correct" }
    local run = login { HTTPS_PROXY = "http://me:hush-hush@proxy.example:3128" }
    assert.exit(run, 5)
    assert.last_error(run, "proxy")
    assert.contains(run.stderr, "proxy proxy.example:3128")
    assert.contains(run.stderr, "407")
    assert.contains(run.stderr, "Check the proxy settings")
    assert.is_nil(run.output:find("hush", 1, true))
    assert.equal(407, proxy:requests()[1].status)
    assert.no_file(home, "cache/token.json")
  end)

  for what, case in pairs {
    ["that refuses"] = { { refuses = true }, "Failed to connect to proxy.example port 3128" },
    ["that hangs"] = { { hangs = true }, "Timeout was reached" },
    ["that answers 502"] = { { answer = 502 }, "CONNECT tunnel failed, response 502" },
    ["of another name"] = { { address = "other.example:8080" }, "Could not resolve proxy: proxy.example" },
  } do
    it("N15 a proxy " .. what .. " ends the login with its name", function()
      sim.proxy(case[1])
      local run = login { HTTPS_PROXY = "me:hush-hush@proxy.example:3128" }
      assert.exit(run, 5)
      assert.contains(run.stderr, case[2])
      assert.is_nil(run.output:find("hush", 1, true))
    end)
  end

  it("N15 a proxy that takes the credentials no more while polling ends the login", function()
    svc:fault("CreateToken", fault("N15", { calls = 1 }))
    local run = login {}
    assert.exit(run, 5)
    assert.same({ "device_code" }, run:grants())
    assert.contains(run.stderr, "proxy.example:3128")
  end)

  for _, url in ipairs { "http://me:hush-hush@:bad", "gopher://me:hush-hush@x", "http://" } do
    it("N16 a variable that is no proxy (" .. url:gsub("hush%-hush", "…") .. ") is named, and not shown", function()
      local run = login { HTTPS_PROXY = url }
      assert.exit(run, 5)
      assert.contains(run.stderr, "https_proxy")
      assert.is_nil(run.output:find("hush", 1, true))
      for _, request in ipairs(run:requests()) do assert.equal("proxy", request.error) end
    end)
  end

  it("N16 a proxy's variable that is none is named (by its id)", function()
    home:fault "N16"
    local run = login {}
    assert.exit(run, 5)
    assert.contains(run.stderr, "https_proxy")
    home:fault() -- the next program has it no more
    svc:person():at("7s"):approves()
    assert.exit(login {}, 0)
  end)

  it("N16b where all but this machine is behind a proxy, AWS is asked through it, this machine is not", function()
    home:fault "N16b"
    local proxy = sim.proxy {}
    assert.exit(login {}, 0)
    assert.same({ [OIDC] = true }, hosts(proxy))
    local count = #proxy:requests()
    home:remove "cache/token.json"
    svc:person():at("7s"):approves()
    assert.exit(login { AWS_ENDPOINT_URL_SSO_OIDC = "http://127.0.0.1:8087" }, 0)
    assert.equal(count, #proxy:requests())
  end)

  for _, list in ipairs { "amazonaws.com", ".amazonaws.com", "*", "localhost, oidc.us-east-1.amazonaws.com:443" } do
    it("N16 what no_proxy names (" .. list .. ") goes past the proxy", function()
      local proxy = sim.proxy { refuses = true }
      local run = login { HTTPS_PROXY = "http://proxy.example:3128", NO_PROXY = list }
      assert.exit(run, 0)
      assert.same({}, proxy:requests())
    end)
  end

  for _, host in ipairs { "127.0.0.1", "localhost", "[::1]" } do
    it("N16 this machine (" .. host .. ") is never asked through a proxy", function()
      local proxy = sim.proxy { answer = 502 }
      local run = login { AWS_ENDPOINT_URL_SSO_OIDC = "http://" .. host .. ":8087",
        HTTP_PROXY = "http://proxy.example:3128", ALL_PROXY = "http://proxy.example:3128" }
      assert.exit(run, 0)
      assert.same({}, proxy:requests())
    end)
  end

  it("N16 a browser comes back to the flow past every proxy", function()
    local proxy = sim.proxy {}
    home = sim.home { files = { [".aws/config"] = [[
[sso-session work]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
]] }, env = { HTTPS_PROXY = "http://proxy.example:3128", HTTP_PROXY = "http://proxy.example:3128" } }
    svc:person():at("3s"):opens("browser"):approves()
    local run = sim.run("../Sources/CLI/Flows/login.lua", { service = svc, home = home,
      args = { "--sso-session", "work", "--flow", "pkce" } })
    assert.exit(run, 0)
    assert.same({ [OIDC] = true }, hosts(proxy))
  end)
end)
