//  CommitTests.swift - what a reply rests on, when the state file can and cannot be written.

#if Server
  import Foundation
  import GRDB
  import IdentityService
  import StrictJSON
  import Synchronization
  import TestSupport
  import Testing

  @testable import IdentityServer

  @Suite struct `A server with a state file` {
    private let folder = StateFolder()
    private static let deviceGrant: JSON = "urn:ietf:params:oauth:grant-type:device_code"

    private static func registration(_ server: TestServer) async throws -> PlainResponse {
      try await server.post("/client/register", ["clientName": "a", "clientType": "public"])
    }

    private static func start(_ server: TestServer, _ client: PlainResponse) async throws -> JSON {
      let flow = try await server.post(
        "/device_authorization", client.authenticated(["startUrl": "https://a.example/"]))
      return .object(flow.json)
    }

    private static func poll(
      _ server: TestServer, _ client: PlainResponse, _ flow: JSON
    ) async throws -> String? {
      let answer = try await server.post(
        "/token",
        client.authenticated([
          "grantType": deviceGrant, "deviceCode": flow.asObject?["deviceCode"] ?? .null,
        ]))
      return answer.status == 200 ? "token" : answer.json["error"]?.asString
    }

    /// Runs a server on the file; each call is a new start.
    private func serving(
      patience: Duration = .seconds(5),
      _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
      let file = folder.file
      try await withServer {
        $0.dataFile = file
        $0.storePatience = patience
        $0.flushDelay = .zero
      } _: {
        try await body($0)
      }
    }

    @Test func `S01 goes on after a restart as if nothing had happened`() async throws {
      let (clients, flows) = (Box<PlainResponse>(), Box<JSON>())
      try await serving { server in
        let client = try await Self.registration(server)
        let flow = try await Self.start(server, client)
        clients.value = client
        flows.value = flow
        _ = await server.control("POST", "/clock", #"{"advance": 100}"#)
        for word in ["authorization_pending", "authorization_pending", "slow_down"] {
          #expect(try await Self.poll(server, client, flow) == word)
        }
      }
      try await serving { server in
        let (client, flow) = try (#require(clients.value), #require(flows.value))
        // The interval is six seconds still, and so is the clock where it was.
        #expect(try await Self.poll(server, client, flow) == "slow_down")
        #expect(
          await server.send("GET", "/healthz").headers["date"] == "Thu, 01 Jan 2026 00:01:40 GMT")
        let code = flow.asObject?["userCode"]?.asString ?? ""
        let approved = await server.control("POST", "/approve", #"{"userCode":"\#(code)"}"#)
        #expect(approved.status == 200)
      }
      try await serving { server in
        let (client, flow) = try (#require(clients.value), #require(flows.value))
        #expect(try await Self.poll(server, client, flow) == "token")
        #expect(try await Self.poll(server, client, flow) == "invalid_grant")
      }
    }

    @Test func `S06 a virtual clock goes on after all that was done by the system's`() async throws
    {
      let file = folder.file
      let (clients, flows) = (Box<PlainResponse>(), Box<JSON>())
      try await serving { _ = try await Self.registration($0) }
      try await withServer {
        $0.dataFile = file
        $0.clock = .system()
      } _: { server in
        let client = try await Self.registration(server)
        flows.value = try await Self.start(server, client)
        clients.value = client
      }
      try await serving { server in
        let (client, flow) = try (#require(clients.value), #require(flows.value))
        #expect(server.announcement.virtualTime ?? Self.start >= Self.machineTime + .seconds(-600))
        _ = await server.control("POST", "/clock", #"{"advance": 601}"#)
        #expect(try await Self.poll(server, client, flow) == "expired_token")
      }
    }

    private static let start = ServiceTime(sinceEpoch: .seconds(1_767_225_600))
    private static var machineTime: ServiceTime { ServiceClock.system().now }

    @Test func `S03 says 503 when the file stays locked, and nothing has changed`() async throws {
      let file = folder.file
      try await serving(patience: .milliseconds(100)) { server in
        let client = try await Self.registration(server)
        let flow = try await Self.start(server, client)
        let code = flow.asObject?["userCode"]?.asString ?? ""
        let lock = try FileLock(file)

        let refused = await server.control("POST", "/approve", #"{"userCode":"\#(code)"}"#)
        let exception = try await Self.registration(server)
        let page = await server.send("GET", "/device?user_code=BBBBBBBB")
        let health = await server.send("GET", "/healthz")
        try lock.release()

        #expect(refused.status == 503 && refused.headers["retry-after"] == "5")
        #expect(refused.json["message"]?.asString?.hasPrefix("The service cannot keep") == true)
        #expect(exception.status == 503 && exception.json["error"] == "server_error")
        #expect(page.status == 503 && page.headers["retry-after"] == "5")
        #expect(page.body.contains("The service is busy or restarting"))
        #expect(health.status == 200)
        #expect(try await Self.poll(server, client, flow) == "authorization_pending")
        let approved = await server.control("POST", "/approve", #"{"userCode":"\#(code)"}"#)
        #expect(approved.status == 200)
        #expect(try await Self.poll(server, client, flow) == "token")
      }
    }

    @Test func `S03 S06 a clock whose move cannot be kept stays moved, and the answer says so`()
      async throws
    {
      try await serving(patience: .milliseconds(1)) { [folder] server in
        let lock = try FileLock(folder.file)
        let answer = await server.control("POST", "/clock", #"{"advance": 100}"#)
        #expect(answer.status == 503)
        #expect(answer.json["message"]?.asString?.contains("was moved") == true)
        try lock.release()
        let now = await server.control("POST", "/clock", #"{"advance": 0}"#)
        #expect(now.json["now"] == "2026-01-01T00:01:40.000Z")
      }
    }

    @Test func `S03 AWS-09 says so at the portal as the portal does`() async throws {
      let file = folder.file
      try await withServer {
        $0.dataFile = file
        $0.storePatience = .milliseconds(100)
        $0.service.approval = .after(.zero)
      } _: { server in
        let client = try await Self.registration(server)
        let flow = try await Self.start(server, client)
        let answer = try await server.post(
          "/token",
          client.authenticated([
            "grantType": Self.deviceGrant, "deviceCode": flow.asObject?["deviceCode"] ?? .null,
          ]))
        let token = answer.json["accessToken"]?.asString ?? ""
        let lock = try FileLock(file)
        let refused = await server.send(
          "POST", "/logout", headers: ["x-amz-sso_bearer_token: \(token)"])
        try lock.release()

        #expect(refused.status == 503 && refused.headers["x-amzn-errortype"] == nil)
        #expect(refused.json["message"]?.asString?.hasPrefix("The service cannot keep") == true)
        #expect(
          refused.json["__type"] == "com.amazonaws.switchboard.portal#InternalServerException")
      }
    }

    @Test func `S03 says so, too, where a behaviour sees every request`() async throws {
      let file = folder.file
      try await withServer {
        $0.dataFile = file
        $0.storePatience = .milliseconds(100)
        if let rule = try? FaultRule("GetRoleCredentials#99:H01") { $0.behaviour.faults.add(rule) }
      } _: { server in
        let lock = try FileLock(file)
        let refused = try await Self.registration(server)
        try lock.release()

        #expect(refused.status == 503 && refused.json["error"] == "server_error")
        #expect(refused.headers["x-amzn-errortype"] == "InternalServerException")
        #expect(refused.headers["retry-after"] == "5")
        #expect(refused.headers["content-type"] == "application/json")
      }
    }

    @Test(.timeLimit(.minutes(10)))
    func `R8628-40 a poll waits for no file, and when it came is kept all the same`() async throws {
      let file = folder.file
      try await serving { server in
        let client = try await Self.registration(server)
        let flow = try await Self.start(server, client)
        let lock = try FileLock(file)

        #expect(try await Self.poll(server, client, flow) == "authorization_pending")
        #expect(try Self.pollsKept(file) == 0)
        try lock.release()
        // Nothing else is asked for that could take it along.
        try await eventually { try Self.pollsKept(file) != 0 }
      }

      let (state, _) = try StateStore(file).load()
      #expect(state.flows.values.compactMap(\.lastPoll).count == 1)
    }

    @Test(.timeLimit(.minutes(10)))
    func `R8628-40 a poll does not wait while the times of others are being kept`() async throws {
      let host = ServiceHost(
        ServiceConfiguration(), clock: .virtual(startingAt: ServiceTime(sinceEpoch: .zero)),
        store: try StateStore(folder.file), patience: .seconds(3600), flushDelay: .zero)
      let (one, other) = try await (Self.flow(host), Self.flow(host))
      let lock = try FileLock(folder.file)

      #expect(try Self.ask(host, "/token", one).members["error"] == "authorization_pending")
      try await eventually { host.room.withLock { $0.ledger.running != nil } }
      let second = try Self.ask(host, "/token", other)
      #expect(second.members["error"] == "authorization_pending")
      #expect(second.receipt.batch == nil)

      try lock.release()
      await host.close()
      #expect(try Self.pollsKept(folder.file) == 2)
    }

    /// One request as a connection would make it, apart from waiting for its receipt.
    private static func ask(
      _ host: ServiceHost, _ path: String, _ body: JSONObject
    ) throws -> (members: JSONObject, receipt: Receipt) {
      let request = ServiceRequest(
        method: "POST", path: path, body: try JSON.object(body).encoded())
      let receipt = Receipt()
      let reply = Receipt.$current.withValue(receipt) { host.answer(request) }
      return (try JSON.parse(reply.body).asObject ?? [:], receipt)
    }

    /// What a client sends when it polls for a flow of its own.
    private static func flow(_ host: ServiceHost) async throws -> JSONObject {
      let (client, _) = try ask(
        host, "/client/register", ["clientName": "a", "clientType": "public"])
      let members: JSONObject = [
        "clientId": client["clientId"] ?? .null, "clientSecret": client["clientSecret"] ?? .null,
      ]
      var start = members
      start["startUrl"] = "https://a.example/"
      let (flow, receipt) = try ask(host, "/device_authorization", start)
      #expect(await host.settle(receipt))
      var poll = members
      poll["grantType"] = deviceGrant
      poll["deviceCode"] = flow["deviceCode"] ?? .null
      return poll
    }

    @Test func `R8628-40 an interval that grows is kept before the client hears of it`()
      async throws
    {
      let file = folder.file
      try await serving(patience: .milliseconds(50)) { server in
        let client = try await Self.registration(server)
        let flow = try await Self.start(server, client)
        for _ in 1...2 { _ = try await Self.poll(server, client, flow) }
        let lock = try FileLock(file)

        #expect(try await Self.poll(server, client, flow) == "server_error")
        try lock.release()
        #expect(try await Self.poll(server, client, flow) == "slow_down")
      }

      let (state, _) = try StateStore(file).load()
      #expect(state.flows.values.map(\.interval) == [.seconds(6)])
    }

    /// Device authorizations in the file of which it is known when they were polled.
    private static func pollsKept(_ file: String) throws -> Int? {
      var configuration = Configuration()
      configuration.readonly = true
      return try DatabaseQueue(path: file, configuration: configuration).read {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM flows WHERE last_poll IS NOT NULL")
      }
    }

    private func host(patience: Duration, flushDelay: Duration = .zero) throws -> ServiceHost {
      ServiceHost(
        ServiceConfiguration(), clock: .virtual(startingAt: ServiceTime(sinceEpoch: .zero)),
        store: try StateStore(folder.file), patience: patience, flushDelay: flushDelay)
    }

    @Test(.timeLimit(.minutes(10)))
    func `S02 S03 what was done since on top of what cannot be kept is taken back with it`()
      async throws
    {
      let host = try host(patience: .milliseconds(300))
      let body: JSONObject = ["clientName": "a", "clientType": "public"]
      let lock = try FileLock(folder.file)
      let (_, receipt) = try Self.ask(host, "/client/register", body)
      async let first = host.settle(receipt)
      try await eventually { host.room.withLock { $0.ledger.running != nil } }
      let (_, later) = try Self.ask(host, "/client/register", body)
      #expect(await host.settle(later) == false)
      #expect(await first == false)
      #expect(host.room.withLock { $0.service.state.clients.isEmpty })

      try lock.release()
      let (_, kept) = try Self.ask(host, "/client/register", body)
      #expect(await host.settle(kept))
      await host.close()
      #expect(try StateStore(folder.file).load().state.clients.count == 1)
    }

    @Test(.timeLimit(.minutes(10)))
    func `R8628-40 the time of a poll that could not be kept goes along with what comes next`()
      async throws
    {
      let host = try host(patience: .milliseconds(300))
      let flow = try await Self.flow(host)
      let lock = try FileLock(folder.file)
      _ = try Self.ask(host, "/token", flow)
      try await eventually { host.room.withLock { $0.ledger.running != nil } }
      try await eventually { host.room.withLock { $0.ledger.running == nil } }
      try lock.release()
      await host.close()
      #expect(try Self.pollsKept(folder.file) == 1)
    }

    @Test(.timeLimit(.minutes(10)))
    func `R8628-40 S44 the time of a poll is kept at the end at the latest`() async throws {
      let host = try host(patience: .seconds(3600), flushDelay: .seconds(3600))
      _ = try Self.ask(host, "/token", try await Self.flow(host))
      await host.close()
      #expect(try Self.pollsKept(folder.file) == 1)
    }

    @Test func `S06 a virtual clock is where it was left, even if nothing else was done`()
      async throws
    {
      try await serving { server in
        #expect(await server.control("POST", "/clock", #"{"advance": 100}"#).status == 200)
      }
      try await serving { server in
        #expect(
          await server.send("GET", "/healthz").headers["date"] == "Thu, 01 Jan 2026 00:01:40 GMT")
      }
    }

    @Test func `S03 waits while the file is locked for a moment`() async throws {
      let file = folder.file
      try await serving { server in
        let lock = try FileLock(file)
        async let waiting = Self.registration(server)
        // The journal is written after the commit: until then there is nothing to see.
        let journal = await server.control("GET", "/requests")
        #expect(journal.json["requests"]?.asArray?.isEmpty == true)
        try lock.release()

        #expect(try await waiting.status == 200)
      }
    }

    @Test func `many requests at once share commits and are all kept`() async throws {
      let ids = Box<Set<String>>()
      try await serving { server in
        ids.value = try await withThrowingTaskGroup(of: String.self) { group in
          for _ in 0..<64 {
            group.addTask {
              try await Self.registration(server).json["clientId"]?.asString ?? ""
            }
          }
          return try await group.reduce(into: Set()) { $0.insert($1) }
        }
      }

      let (state, _) = try StateStore(folder.file).load()
      #expect(ids.value?.count == 64)
      #expect(ids.value == Set(state.clients.keys))
    }

    @Test func `a file that cannot be used is said at the start`() async throws {
      try folder.write("this is no database, as anyone can see")
      let file = folder.file

      let error = await #expect(throws: LocalServerError.self) {
        try await withServer {
          $0.dataFile = file
        } _: { _ in
        }
      }

      #expect(error?.code == .state)
      try await withServer {
        $0.dataFile = file
        $0.resetsState = true
      } _: {
        #expect(await $0.send("GET", "/healthz").status == 200)
      }
    }
  }

  @Suite struct `What could not be kept` {
    @Test func `S02 is taken back, row by row`() {
      var service = IdentityService()
      let time = ServiceTime(sinceEpoch: .seconds(1_767_225_600))
      func ask(_ path: String, _ body: String, at time: ServiceTime) -> Outcome<ServiceReply> {
        let request = ServiceRequest(method: "POST", path: path, body: Array(body.utf8))
        return service.handle(request, at: time, randomness: systemRandomBytes)
      }
      _ = ask("/client/register", #"{"clientName":"a","clientType":"public"}"#, at: time)
      let before = service.state

      let later = time + .seconds(100 * 86_400)
      let kept = ask("/client/register", #"{"clientName":"b","clientType":"public"}"#, at: later)
      #expect(service.state.clients.count == 1)
      service.takeBack(kept.replaced)

      #expect(service.state.clients == before.clients)
    }
  }

  /// A value that a server's run hands to the next one.
  final class Box<Value: Sendable>: Sendable {
    private let stored = Mutex<Value?>(nil)
    var value: Value? {
      get { stored.withLock { $0 } }
      set { stored.withLock { $0 = newValue } }
    }
  }

  /// Another program that writes to the file.
  private struct FileLock {
    private let database: DatabaseQueue

    init(_ file: String) throws {
      var configuration = Configuration()
      configuration.allowsUnsafeTransactions = true
      database = try DatabaseQueue(path: file, configuration: configuration)
      try database.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
    }

    func release() throws {
      try database.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
    }
  }
#endif
