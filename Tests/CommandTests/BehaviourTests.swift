//  BehaviourTests.swift - behaviours in Lua and named faults, by the built programs.

#if Server
  import TestSupport
  import Testing

  /// Functions for clients that also hold the control token.
  private let prelude = """
    local sso = require "sso.safe"
    local control, token, startUrl = ...
    local client = sso.client { region = "us-east-1", retries = 1 }
    local function ask(path, body)
      local reply = assert(sso.http.request { url = control .. path, method = "POST", body = body,
        headers = { Authorization = "Bearer " .. token } })
      return reply.status, sso.json.decode(reply.body)
    end
    local reg
    local function start()
      return assert(client:start_device_authorization {
        clientId = reg.clientId, clientSecret = reg.clientSecret, startUrl = startUrl })
    end
    local function poll(auth)
      local token, err = client:create_token {
        clientId = reg.clientId, clientSecret = reg.clientSecret,
        grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
      return err and err.code or token.expiresIn
    end
    -- Moves the clock until a function has ended; what it gave, and how far.
    local function meanwhile(fn)
      local task, seconds = sso.task.spawn(fn), 0
      sso.time.sleep(0)
      while task:status() == "running" do
        seconds = seconds + 1
        ask("/clock", '{"advance": 1}')
      end
      return task:join(), seconds
    end
    reg = meanwhile(function()
      return client:register_client { clientName = "laptop", clientType = "public" }
    end)

    """

  /// Runs a flow against a service with these options; gives what it printed.
  private func run(_ flow: String, service options: [String]) async throws -> String {
    try await onThread {
      let sandbox = try Sandbox()
      let service = try Service(options, in: sandbox)
      let path = try sandbox.write("flow.lua", prelude + flow)
      let value = { (name: String) in service.values[name] ?? "" }
      let end = try sandbox.run(
        "run", "--allow-net=*", "--endpoint-url", value("endpoint"), path, value("controlUrl"),
        value("controlToken"), value("startUrl"))
      #expect(end.status == 0, "\(end.error)")
      return end.output
    }
  }

  private func example(_ name: String) -> String {
    "\(Place.repository)/examples/behaviours/\(name).lua"
  }

  @Suite struct `A behaviour of the built service` {
    @Test func `slow-service answers late, asks to slow down, and is at its end`() async throws {
      let output = try await run(
        """
        local auth = start()
        for call = 1, 4 do
          local word, seconds = meanwhile(function() return poll(auth) end)
          print(word, seconds > 0)
        end
        """,
        service: ["--clock", "virtual", "--interval", "0", "--script", example("slow-service")])
      let words = output.split(separator: "\n").map { $0.prefix { $0 != "\t" } }
      #expect(words.count == 4 && words[0] == "AuthorizationPendingException")
      #expect(words[1] == "SlowDownException" && words[2] == words[0])
      #expect(words[3] != words[0] && words[3] != words[1])
    }

    @Test func `impatient-person denies, approves late, lets expire`() async throws {
      let output = try await run(
        """
        local first, second, third = start(), start(), start()
        repeat local word = poll(first) until word ~= "AuthorizationPendingException"
        print(poll(first))
        ask("/clock", '{"advance": 10}')
        repeat local word = poll(third) until word ~= "AuthorizationPendingException"
        print(poll(third))
        print(poll(second))
        ask("/clock", '{"advance": 31}')
        print(poll(second))
        ask("/clock", '{"advance": 1}')
        repeat local word = poll(second) until word ~= "AuthorizationPendingException"
        print("approved")
        """,
        service: ["--clock", "virtual", "--interval", "0", "--script", example("impatient-person")])
      #expect(
        output == """
          AccessDeniedException
          ExpiredTokenException
          AuthorizationPendingException
          AuthorizationPendingException
          approved

          """)
    }

    @Test func `takes another script while it runs, and keeps it when the next is wrong`()
      async throws
    {
      let output = try await run(
        """
        local auth = start()
        print(ask("/script", 'require("service").on("CreateToken", function() '
          .. 'return require("service").error("ExpiredTokenException") end)'))
        print(poll(auth))
        local status, reply = ask("/script", "local x = = 1")
        print(status, reply.message)
        print(poll(auth))
        print((ask("/script", "")))
        print(poll(auth))
        """,
        service: ["--interval", "0"])
      let lines = output.split(separator: "\n")
      #expect(lines.count == 6 && lines[0].hasPrefix("200\t"))
      #expect(lines[1] == "ExpiredTokenException" && lines[3] == "ExpiredTokenException")
      #expect(lines[2] == "400\tscript.lua:1: unexpected symbol near '='")
      #expect(lines[4] == "200" && lines[5] == "AuthorizationPendingException")
    }

    @Test func `waits by the virtual clock, and others are answered meanwhile`() async throws {
      let output = try await run(
        """
        local auth = start()
        ask("/script", 'require("service").on("CreateToken", function(_, session) '
          .. 'session:delay(5) end)')
        local word, seconds = meanwhile(function() return poll(auth) end)
        print(word, seconds >= 5)
        """,
        service: ["--clock", "virtual", "--interval", "0"])
      #expect(output == "AuthorizationPendingException\ttrue\n")
    }

    @Test func `N08 a lost reply after the token was handed out leaves nothing to poll for`()
      async throws
    {
      let output = try await run(
        """
        local auth = start()
        print(poll(auth))
        print(poll(auth))
        """,
        service: ["--approve", "auto", "--interval", "0", "--fault", "CreateToken#1:N08"])
      #expect(
        output.hasSuffix("\nInvalidGrantException\n") && !output.hasPrefix("3600"), "\(output)")
    }

    @Test func `draws the same faults from the same seed`() async throws {
      let flow = """
        local url = control:gsub("/control$", "") .. "/client/register"
        for _ = 1, 20 do
          local reply, err = sso.http.request { url = url, method = "POST", body = "{}" }
          io.write(reply and reply.status or err.code, " ")
        end
        """
      func statuses(_ seed: String) async throws -> String {
        try await run(flow, service: ["--chaos", "0.5", "--seed", seed])
      }
      let first = try await statuses("11")
      #expect(try await statuses("11") == first)
      #expect(try await statuses("12") != first)
    }

    @Test func `draws from its seed when chance begins only later`() async throws {
      let output = try await run(
        "print(select(2, ask('/chaos', '{\"rate\": 0.5}')).seed)", service: ["--seed", "11"])
      #expect(output == "11\n")
    }
  }
#endif
