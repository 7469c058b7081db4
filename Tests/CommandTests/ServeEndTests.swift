//  ServeEndTests.swift - what must not keep the built service from serving, and from its end.

#if Server
  import Foundation
  import StrictJSON
  import TestSupport
  import Testing

  @Suite struct `The end of ssoscript serve` {
    /// How long SIGTERM takes, and what becomes of it; a handler takes longer than any machine is busy.
    private func end(_ service: Killable) throws -> (status: Int32, time: Duration) {
      let start = ContinuousClock.now
      let status = try service.terminated().status
      return (status, start.duration(to: .now))
    }

    private func request(_ path: String, _ body: String) -> String {
      "POST \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test(arguments: [
      ("virtual", "session:delay(100)", true), ("system", "sso.time.sleep(100)", true),
      ("system", "session:delay(100)", false), ("system", "while true do end", true),
    ])
    func `S44 comes while a script's handler waits, and not behind it`(
      clock: String, body: String, isHeard: Bool
    ) async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write(
          "busy.lua",
          """
          local service, sso = require "service", require "sso"
          service.on("RegisterClient", function(_, session)
            sso.log.warning("begun")
            \(body)
          end)
          """)
        let service = try Killable(
          ["--clock", clock, "--script", "busy.lua"], in: sandbox, error: .captured)
        let client = try sendText(
          request("/client/register", #"{"clientName":"a","clientType":"public"}"#),
          port: service.port)
        #expect(try service.saysLine(with: "begun"))
        if !isHeard { closeSocket(client) }

        let end = try end(service)

        if isHeard { closeSocket(client) }
        #expect(end.status == 0 && end.time < .seconds(60), "\(end)")
      }
    }

    @Test func `S44 gives a poll whose handler waits what the rules say`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write(
          "slow.lua",
          """
          local service, sso = require "service", require "sso"
          service.on("CreateToken", function(_, session)
            sso.log.warning("begun")
            session:delay(60)
          end)
          """)
        let service = try Killable(
          ["--approve", "auto", "--script", "slow.lua"], in: sandbox, error: .captured)
        let client = try service.post(
          "/client/register", ["clientName": "a", "clientType": "public"])
        let flow = try service.post(
          "/device_authorization", client.with(["startUrl": .string("https://a.example/start")]))
        let poll = client.with([
          "grantType": "urn:ietf:params:oauth:grant-type:device_code",
          "deviceCode": flow["deviceCode"] ?? .null,
        ])
        let body = String(decoding: try JSON.object(poll).encoded(), as: UTF8.self)
        let socket = try sendText(request("/token", body), port: service.port)
        defer { closeSocket(socket) }
        #expect(try service.saysLine(with: "begun"))

        let end = try end(service)

        #expect(end.status == 0)
        #expect(readText(socket).contains("accessToken"))
      }
    }

    @Test(arguments: [1, 2, 15] as [Int32])
    func `S44 is an orderly one at each signal that asks for it`(signal: Int32) async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let service = try Killable(["--tls", "--data", "state.db"], in: sandbox)
        let authority = try #require(service.authority)
        #expect(FileManager.default.fileExists(atPath: authority))

        let status = try service.ended(by: signal).status

        #expect(status == 0 && !FileManager.default.fileExists(atPath: authority))
        #expect(sandbox.read("state.db-wal") == nil)
      }
    }

    @Test
    func `comes at once where standard output is closed, with nothing of it in the state file`()
      async throws
    {
      try await onThread {
        let sandbox = try Sandbox()
        let settings = sandbox.settings([
          "/bin/sh", "-c", "exec \"$@\" >&-", "sh", "\(Place.programs)/ssoscript-serve", "--port",
          "0",
          "--data", "state.db", "--format", "json",
        ])
        let end = try ChildProcess(settings).end()
        #expect(end.status == 1)
        #expect(end.error.contains("standard output: Bad file descriptor"))
        let state = try Data(contentsOf: URL(filePath: "\(sandbox.path)/state.db"))
        #expect(state.firstRange(of: Array("controlToken".utf8)) == nil)
        #expect(state.starts(with: "SQLite format 3\0".utf8))
      }
    }

    @Test func `S44 comes by no SIGHUP under nohup`() async throws {
      try await onThread {
        let service = try Killable(
          [], in: try Sandbox(), shell: #"trap '' HUP; exec "$0" "$@""#)
        service.send(signal: 1)

        #expect(try service.exchange("GET", "/healthz").status == 200)
        #expect(try service.terminated().status == 0)
      }
    }

    @Test func `S44 comes while a script is loaded that does not get ready`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let service = try Killable(["--clock", "virtual"], in: sandbox, error: .captured)
        let script = #"local sso = require "sso" sso.log.warning("begun") sso.time.sleep(100)"#
        let text = request("/control/script", script)
          .replacing("Host:", with: "Authorization: Bearer \(service.controlToken)\r\nHost:")
        let client = try sendText(text, port: service.port)
        defer { closeSocket(client) }
        #expect(try service.saysLine(with: "begun"))

        let end = try end(service)

        #expect(end.status == 0 && end.time < .seconds(60), "\(end)")
      }
    }
  }

  @Suite struct `Standard error as JSON` {
    private static let script = """
      local sso = require "sso"
      require("service").on("RegisterClient", function()
        io.write("a\\n\\nb")
        sso.log.warning("c")
        error("no luck")
      end)
      """

    /// What a service says that registers one client, parsed line by line.
    private func objects(_ options: String...) async throws -> [JSONObject] {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write("loud.lua", Self.script)
        let service = try Killable(
          ["--log-format", "json"] + options, in: sandbox, error: .captured)
        _ = try service.exchange(
          "POST", "/client/register", ["clientName": "a", "clientType": "public"])
        let end = try service.terminated()
        #expect(end.status == 0)
        return try end.error.split(separator: "\n").map { line in
          try #require(try JSON.parse(Array(line.utf8)).asObject)
        }
      }
    }

    @Test func `says where the service is, and then what is asked of it`() async throws {
      let objects = try await objects("--log-level", "info")

      #expect(objects.map { $0["message"] } == ["ready", "request"])
      let endpoint = objects.first?["endpoint"]?.asString ?? ""
      #expect(endpoint.hasPrefix("http://127.0.0.1:") && objects.first?["level"] == "info")
      #expect(objects.first?["startUrl"] == .string(endpoint + "/start"))
    }

    @Test(arguments: ["warning", "none"])
    func `has nothing to say where all is well`(level: String) async throws {
      #expect(try await objects("--log-level", level).isEmpty)
    }

    @Test func `holds what a script writes, line by line, and what fails in it as an error`()
      async throws
    {
      let objects = try await objects("--script", "loud.lua")

      #expect(objects.allSatisfy { $0["message"] == "script" })
      let errors = objects.filter { $0["level"] == "error" }.map { $0["text"] }
      #expect(errors == ["RegisterClient: loud.lua:5: no luck"], "\(objects)")
      let written = objects.filter { $0["level"] == "info" }.compactMap { $0["text"]?.asString }
      #expect(written == ["a", "b", "warning: c"], "\(objects)")
    }

    @Test func `warns that a virtual clock does not go back`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let options = ["--data", "state.db", "--log-format", "json", "--clock"]
        let first = try Killable(options + ["virtual=2090-01-01T00:00:00Z"], in: sandbox)
        _ = try first.post("/client/register", ["clientName": "a", "clientType": "public"])
        _ = try first.terminated()
        let second = try Killable(
          options + ["virtual=2080-01-01T00:00:00Z"], in: sandbox, error: .captured)

        let said = try JSON.parse(Array(try second.terminated().error.utf8)).asObject

        #expect(said?["level"] == "warning")
        let message = said?["message"]?.asString
        #expect(message?.hasPrefix("The clock shows 2090-01-01T00:00:00.000Z") == true)
      }
    }
  }

  @Suite struct `Standard error that nobody reads` {
    /// Two MB of what a script prints, twenty requests long.
    private func jammed(in sandbox: Sandbox) throws -> Killable {
      try sandbox.write(
        "loud.lua",
        """
        require("service").on("RegisterClient", function() print(string.rep("x", 100000)) end)
        """)
      let service = try Killable(
        ["--script", "loud.lua"], in: sandbox,
        // It holds the reading end, so that the pipe stays.
        shell: #"mkfifo pipe && exec 3<>pipe && exec "$0" "$@" 2>pipe"#)
      for _ in 0..<20 {
        let reply = try service.exchange(
          "POST", "/client/register", ["clientName": "a", "clientType": "public"])
        #expect(reply.status == 200)
      }
      return service
    }

    @Test func `keeps no request waiting, nor the end`() async throws {
      try await onThread {
        let service = try jammed(in: try Sandbox())

        #expect(try service.exchange("GET", "/healthz").status == 200)
        #expect(try service.terminated().status == 0)
      }
    }

    @Test func `is told how much it has missed when it is read again`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let service = try jammed(in: sandbox)

        let found = try ChildProcess(
          sandbox.settings(["grep", "-m1", "lines of the log are lost", "pipe"])
        ).end()

        #expect(found.output.hasPrefix("ssoscript serve: "), "\(found.output)")
        _ = try service.terminated()
      }
    }
  }
#endif
