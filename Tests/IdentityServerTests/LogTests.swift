//  LogTests.swift - what a server says on standard error.

#if Server
  import IdentityService
  import StrictJSON
  import Synchronization
  import Testing

  @testable import IdentityServer

  @Suite struct `The log` {
    /// The lines of a whole login, with a replay at its end.
    private func lines(
      _ level: LogLevel, _ format: LogFormat, fault: String? = nil
    ) async throws -> [String] {
      var plan = FaultPlan()
      if let fault { plan.add(try FaultRule(fault)) }
      let faults = plan
      let written = Lines()
      try await withServer {
        $0.logLevel = level
        $0.logFormat = format
        $0.log = { written.add($0) }
        $0.service.approval = .after(.zero)
        $0.behaviour.faults = faults
      } _: { server in
        let client = try await server.post(
          "/client/register", ["clientName": "a", "clientType": "public"])
        let flow = try await server.post(
          "/device_authorization", client.authenticated(["startUrl": "https://a.example/"]))
        let poll = client.authenticated([
          "grantType": "urn:ietf:params:oauth:grant-type:device_code",
          "deviceCode": flow.json["deviceCode"] ?? .null,
        ])
        let token = try await server.post("/token", poll)
        _ = try await server.post("/token", poll)
        let secrets = [
          client.json["clientSecret"], flow.json["deviceCode"], token.json["accessToken"],
        ].compactMap { $0?.asString }
        #expect(secrets.count == 3)
        for secret in secrets { #expect(!written.all.joined().contains(secret)) }
      }
      return written.all
    }

    @Test func `S39 names every request as JSON, and no secret`() async throws {
      let entries = try await lines(.info, .json).map { try JSON.parse(Array($0.utf8)).asObject }

      #expect(entries.filter { $0?["message"] == "request" }.count == 4)
      #expect(entries[0]?["operation"] == "RegisterClient")
      #expect(entries[0]?["level"] == "info" && entries[0]?["status"] == "200")
    }

    @Test func `S07 warns of a replayed code, and of nothing else by default`() async throws {
      let text = try await lines(.warning, .text)

      #expect(text.count == 1)
      #expect(text.first?.contains(" warning audit audit=device_code_replayed ") == true)
      #expect(text.first?.hasSuffix("\n") == true)
    }

    @Test(arguments: ["H01", "InternalServerException"])
    func `S07 warns of a replayed code though a fault takes the place of the refusal`(
      fault: String
    ) async throws {
      let text = try await lines(.warning, .text, fault: "CreateToken#2:\(fault):after")

      #expect(text.count == 1 && text.first?.contains(" audit=device_code_replayed ") == true)
      #expect(text.first?.contains(" fault=\(fault) ") == true, "\(text)")
    }

    @Test func `has its members by name, and none in the place of the head's`() {
      let names = ["time", "status", "message", "level", "method", "client", "address"]
      let fields = Dictionary(uniqueKeysWithValues: names.map { ($0, "x") })
      let line = LogFormat.json.line("info", "request", fields)

      #expect(
        line.hasSuffix(
          #"""
          "level":"info","message":"request","address":"x","client":"x","_level":"x","_message":"x",\#
          "method":"x","status":"x","_time":"x"}

          """#), "\(line)")
    }

    @Test func `may be silent`() async throws {
      #expect(try await lines(.none, .text) == [])
    }
  }

  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }
#endif
