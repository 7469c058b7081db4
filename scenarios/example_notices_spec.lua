-- example_notices_spec.lua: the examples of examples/ that tell a chat.
local START_URL <const> = "https://example.awsapps.com/start"

local function example(name) return "../examples/" .. name .. ".lua" end

describe("notices of the examples #examples", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5, user_code = "BCDF-GHJK" } }
    home = sim.home {}
  end)

  describe("notify-webhook", function()
    it("logs in though nobody can be told", function()
      svc:person():at("3s"):approves()
      local run = sim.run(example "notify-webhook", {
        service = svc, home = home, args = { START_URL, "https://chat.example.com/hook" } })
      assert.exit(run, 0)
      assert.contains(run.stderr, "the webhook cannot be reached")
      assert.no_secret_in(run.stderr)
    end)

    for _, case in ipairs { { "approves", 0, 201 }, { "denies", 4, 202 } } do
      local decides, status, outcome = table.unpack(case)
      it("tells the chat where to go, and what came of it when the person " .. decides, function()
        svc = sim.service { device = { interval = 5, user_code = "BCDF-GHJK" }, behaviour = "helpers/chat.lua" }
        local person = svc:person():at("3s")
        person[decides](person)
        local run = sim.run(example "notify-webhook", {
          service = svc, home = home, args = { START_URL, "http://127.0.0.1/logout" } })
        assert.exit(run, status)
        local told = run:requests "Logout"
        assert.same({ 200, outcome }, { told[1].status, told[2].status })
      end)
    end

    it("says how it is used", function()
      local run = sim.run(example "notify-webhook", { service = svc, home = home })
      assert.exit(run, 2)
      assert.contains(run.stderr, "usage:")
    end)
  end)

  for _, case in ipairs {
    { "notify-slack", "SLACK_WEBHOOK" }, { "notify-teams", "TEAMS_WEBHOOK" },
  } do
    it(case[1] .. " says that nobody could be told, and shows no address", function()
      local run = sim.run(example(case[1]), { home = home,
        args = { "https://device.sso.us-east-1.amazonaws.com/", "ABCD-EFGH" },
        env = { [case[2]] = "https://hooks.example.com/services/T0/B0/hush-hush" } })
      assert.exit(run, 0)
      assert.contains(run.stdout, "not told")
      assert.is_nil(run.output:find("hush-hush", 1, true))
    end)
  end
end)
