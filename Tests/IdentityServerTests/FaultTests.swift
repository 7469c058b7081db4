//  FaultTests.swift - named faults over real sockets, as our own client sees them.

#if Server
  import CurlTransport
  import EventLoop
  import IdentityService
  import Platform
  import SSOOIDC
  import StrictJSON
  import Synchronization
  import TestSupport
  import Testing

  @testable import IdentityServer

  /// A server with planned faults, and the transport of our own client.
  private struct Faulty {
    let server: TestServer
    let transport: CurlTransport

    /// Registers a client, or fails to.
    func register(
      _ options: HTTPOptions = HTTPOptions()
    ) async -> Result<HTTPResponse, TransportError> {
      let request = HTTPRequest(
        method: "POST", url: server.announcement.endpoint + "/client/register",
        headers: ["Content-Type": "application/json"],
        body: Array(#"{"clientName":"laptop","clientType":"public"}"#.utf8), options: options)
      do throws(TransportError) { return .success(try await transport.send(request)) } catch {
        return .failure(error)
      }
    }

    /// Registrations that the rules have seen, and faults that were made.
    func journal() async -> (clients: Int, faults: [String]) {
      let entries = await server.control("GET", "/requests").json["requests"]?.asArray ?? []
      return (
        entries.count { $0.asObject?["clientId"]?.isNull == false },
        entries.compactMap { $0.asObject?["fault"]?.asString }
      )
    }
  }

  private func withFaults(
    _ rules: [String], chaos: Chaos? = nil,
    _ body: @escaping @Sendable (Faulty) async throws -> Void
  ) async throws {
    let loop = try EventLoop()
    let thread = try EventLoop.runOnThread(name: "curl") { loop.run() }
    let transport = CurlTransport(loop: loop, environment: { _ in nil })
    var plan = FaultPlan()
    for rule in rules { plan.add(try FaultRule(rule)) }
    plan.setChaos(chaos)
    let faults = plan
    do {
      try await withServer({ $0.behaviour.faults = faults }) { server in
        try await body(Faulty(server: server, transport: transport))
      }
      loop.stop()
      thread.join()
    } catch {
      loop.stop()
      thread.join()
      throw error
    }
  }

  extension Result where Success == HTTPResponse {
    /// Of the response, if there was one.
    fileprivate var status: Int? {
      if case .success(let response) = self { response.status } else { nil }
    }
  }

  @Suite struct `A fault on the wire` {
    /// One request as bytes, and how its connection ends.
    private static func end(_ fault: String) async throws -> ConnectionEnd {
      var plan = FaultPlan()
      plan.add(try FaultRule("RegisterClient#1:\(fault)"))
      let faults = plan
      let seen = Mutex(ConnectionEnd(bytes: 0, isReset: false))
      try await withServer({ $0.behaviour.faults = faults }) { server in
        let body = #"{"clientName":"laptop","clientType":"public"}"#
        let end = await connectionEnd(
          port: server.port,
          "POST /client/register HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
            + "\(body.utf8.count)\r\n\r\n" + body)
        seen.withLock { $0 = end }
      }
      return seen.withLock { $0 }
    }

    @Test(arguments: [
      ("N07", true, true), ("N08", false, true), ("N08b", true, true), ("N08c", false, false),
      ("N11", true, false), ("N12", true, false), ("N14", true, false),
    ])
    func `N07 to N14 end the connection each in its way`(
      fault: String, hasBytes: Bool, isReset: Bool
    ) async throws {
      let end = try await Self.end(fault)

      #expect((end.bytes > 0) == hasBytes && end.isReset == isReset, "\(end)")
    }

    @Test(arguments: ["H09b", "H10", "H24"])
    func `spoils a success of RFC 7591, which is 201, too`(fault: String) async throws {
      var plan = FaultPlan()
      plan.add(try FaultRule("RegisterClient#1:\(fault)"))
      let faults = plan
      try await withServer {
        $0.service.profile = .rfc
        $0.behaviour.faults = faults
      } _: { server in
        let wish: JSON = ["redirect_uris": ["http://127.0.0.1/"]]
        let spoiled = try await server.post("/client/register", wish)
        let whole = try await server.post("/client/register", wish)

        #expect(spoiled.status == 201 && whole.status == 201, "\(spoiled.body)")
        let hasSecret = spoiled.json["client_secret"] != nil
        let isJSON = spoiled.headers["content-type"]?.contains("json") == true
        #expect(!hasSecret || !isJSON, "\(spoiled.body)")
        #expect(whole.json["client_secret"] != nil)
        let journal = await server.control("GET", "/requests").json["requests"]?.asArray ?? []
        #expect(journal.first?.asObject?["fault"] == .string(fault))
      }
    }

    @Test func `N08b stops before the end of what N07 sends whole`() async throws {
      let (half, whole) = (try await Self.end("N08b"), try await Self.end("N07"))
      #expect(half.bytes < whole.bytes)
    }

    @Test(arguments: [
      ("N08", TransportError.Code.incomplete, 1), ("N08:before", .incomplete, 0),
      ("N08b", .incomplete, 1), ("N08c", .incomplete, 1),
      ("N11", .incomplete, 1), ("N12", .incomplete, 1), ("N11:before", .incomplete, 0),
      ("H20", .tooLarge, 0), ("H21", .tooLarge, 0), ("H22", .tooLarge, 1), ("H22b", .tooLarge, 1),
    ])
    func `is the error that our client names it by`(
      fault: String, code: TransportError.Code, clients: Int
    ) async throws {
      try await withFaults(["RegisterClient#1:\(fault)"]) { faulty in
        let first = await faulty.register()
        let second = await faulty.register()

        guard case .failure(let error) = first else {
          Issue.record("there was a response")
          return
        }
        #expect(error.code == code && error.delivery == .maybeReceived, "\(error)")
        #expect(second.status == 200)
        let (seen, faults) = await faulty.journal()
        #expect(seen == clients + 1 && faults == [String(fault.prefix { $0 != ":" })])
      }
    }

    @Test(arguments: ["N06", "N13"])
    func `that keeps a client waiting ends with the client's patience`(fault: String) async throws {
      try await withFaults(["RegisterClient#1:\(fault)"]) { faulty in
        var options = HTTPOptions()
        options.timeout = .milliseconds(300)

        let first = await faulty.register(options)

        guard case .failure(let error) = first else {
          Issue.record("there was a response")
          return
        }
        #expect(error.code == .timeout)
        #expect(await faulty.register().status == 200)
      }
    }

    @Test func `N14 a connection that ends after its reply costs nothing`() async throws {
      try await withFaults(["RegisterClient#1:N14"]) { faulty in
        let first = await faulty.register()
        // An answer to another connection: by then the end of the first has come, too.
        _ = await faulty.journal()
        let second = await faulty.register()

        #expect(first.status == 200, "\(first)")
        #expect(second.status == 200, "\(second)")
        #expect(await faulty.journal().clients == 2)
      }
    }

    @Test(arguments: [
      ("N17", 200, "text/html; charset=utf-8", "Wi-Fi"), ("H06", 403, "text/plain", "blocked"),
      ("H24", 200, "text/html", "clientId"), ("H01", 500, "application/json", "server_error"),
      ("H13", 200, "application/json", "\u{FEFF}"),
    ])
    func `that is an answer comes as one`(
      fault: String, status: Int, type: String, text: String
    ) async throws {
      try await withFaults(["RegisterClient#1:\(fault)"]) { faulty in
        let response = try await faulty.register().get()

        #expect(response.status == status && response.headers["Content-Type"] == type)
        #expect(String(decoding: response.body, as: UTF8.self).contains(text))
        #expect(response.headers["Date"] == "Thu, 01 Jan 2026 00:00:00 GMT")
      }
    }

    @Test(arguments: [("N18", 302, "https://elsewhere.example/"), ("N19", 307, "/client/register")])
    func `that is a redirect is not followed`(
      fault: String, status: Int, location: String
    ) async throws {
      try await withFaults(["*#1:\(fault)"]) { faulty in
        let response = try await faulty.register().get()
        #expect(response.status == status && response.headers["Location"] == location)
      }
    }

    @Test func `H33 sends two cookies`() async throws {
      try await withFaults(["RegisterClient#1:H33"]) { faulty in
        let response = try await faulty.register().get()
        #expect(response.headers.filter { $0.name.lowercased() == "set-cookie" }.count == 2)
      }
    }

    @Test func `strikes by chance the same each time`() async throws {
      let seen = Statuses()
      for _ in 1...2 {
        try await withFaults([], chaos: Chaos(seed: 5, rate: 0.5)) { faulty in
          var statuses: [Int] = []
          for _ in 1...20 {
            statuses.append(await faulty.register().status ?? 0)
          }
          await seen.add(statuses)
        }
      }
      let runs = await seen.runs
      #expect(runs[0] == runs[1] && Set(runs[0]).count > 2)
    }
  }

  private actor Statuses {
    private(set) var runs: [[Int]] = []
    func add(_ run: [Int]) { runs.append(run) }
  }

  @Suite struct `The control API of behaviours` {
    @Test func `plans a fault while the server runs`() async throws {
      try await withServer { server in
        let planned = await server.control(
          "POST", "/fault", #"{"operation":"RegisterClient","calls":[1],"fault":"H06"}"#)
        let struck = try await server.post("/client/register", ["clientName": "a"])
        let next = try await server.post(
          "/client/register", ["clientName": "a", "clientType": "public"])

        #expect(planned.status == 200 && planned.json["phase"] == "before")
        #expect(struck.status == 403 && struck.body.contains("blocked"))
        #expect(next.status == 200)
      }
    }

    @Test func `lets chance draw faults while the server runs, and ends that`() async throws {
      try await withServer { server in
        func statuses() async throws -> [Int] {
          var statuses: [Int] = []
          for _ in 1...6 {
            let members: JSON = ["clientName": "a", "clientType": "public"]
            statuses.append(try await server.post("/client/register", members).status)
          }
          return statuses
        }
        let started = await server.control("POST", "/chaos", #"{"rate":1,"seed":5}"#)
        let first = try await statuses()
        _ = await server.control("POST", "/chaos", #"{"rate":1,"seed":5}"#)
        let again = try await statuses()
        let ended = await server.control("POST", "/chaos", #"{"rate":0}"#)
        let after = try await statuses()

        #expect(started.status == 200 && started.json["seed"] == 5)
        #expect(first == again && Set(first).count > 1)
        #expect(ended.status == 200 && after == [Int](repeating: 200, count: 6))
      }
    }

    @Test(arguments: [
      "", "{}", #"{"rate":1.1}"#, #"{"rate":-1}"#, #"{"rate":"1"}"#, #"{"rate":0.5,"seed":-1}"#,
      #"{"rate":0.5,"seed":1.5}"#, #"{"rate":0.5,"sed":1}"#,
    ])
    func `refuses a chance that is wrong`(body: String) async throws {
      try await withServer { server in
        let reply = await server.control("POST", "/chaos", body)
        let next = try await server.post(
          "/client/register", ["clientName": "a", "clientType": "public"])

        #expect(reply.status == 400 && reply.json["message"]?.asString?.contains("rate") == true)
        #expect(next.status == 200)
      }
    }

    @Test func `forgets all faults when asked to`() async throws {
      try await withServer { server in
        _ = await server.control("POST", "/fault", #"{"operation":"*","fault":"H06"}"#)
        let cleared = await server.control("POST", "/fault", #"{"clear":true}"#)
        let next = try? await server.post("/client/register", [:])

        #expect(cleared.status == 200)
        #expect(next?.status == 400)
      }
    }

    @Test func `leaves chance as it is when it forgets what was planned`() async throws {
      try await withServer { server in
        func statuses(clearing: Bool) async throws -> [Int] {
          _ = await server.control("POST", "/chaos", #"{"rate":1,"seed":5}"#)
          var statuses: [Int] = []
          for number in 1...6 {
            if clearing, number == 2 {
              _ = await server.control("POST", "/fault", #"{"clear":true}"#)
            }
            let reply = try await server.post("/client/register", ["clientName": "a"])
            statuses.append(reply.status)
          }
          return statuses
        }

        let undisturbed = try await statuses(clearing: false)
        #expect(try await statuses(clearing: true) == undisturbed)
        #expect(Set(undisturbed).count > 1)
      }
    }

    @Test(arguments: [1, 9, UInt64.max])
    func `starts chance from the server's seed unless told`(seed: UInt64) async throws {
      try await withServer {
        $0.behaviour.seed = seed
      } _: { server in
        let untold = await server.control("POST", "/chaos", #"{"rate":1}"#)
        let told = await server.control("POST", "/chaos", #"{"rate":1,"seed":5}"#)

        #expect(untold.status == 200)
        #expect(untold.body.contains(#""seed":\#(seed)}"#), "\(untold.body)")
        #expect(told.json["seed"] == 5)
      }
    }

    @Test(arguments: [
      ("", "Send"), ("{}", "operation and fault are required"),
      (#"{"operation":"Token","fault":"N08"}"#, "unknown operation"),
      (#"{"operation":"CreateToken","fault":"N8"}"#, "unknown fault"),
      (#"{"operation":"CreateToken","fault":"N08","calls":[0]}"#, "calls is a list"),
      (#"{"operation":"CreateToken","fault":"N08","phase":1}"#, "unknown phase"),
      (#"{"operation":"CreateToken","fault":"N08","call":1}"#, "unknown member"),
      (#"{"clear":true,"operation":"CreateToken"}"#, "clear is true, and stands alone"),
      (#"{"clear":"yes"}"#, "clear is true, and stands alone"),
    ])
    func `refuses a plan that is wrong`(body: String, message: String) async throws {
      try await withServer { server in
        let reply = await server.control("POST", "/fault", body)
        #expect(reply.status == 400)
        #expect(reply.json["message"]?.asString?.contains(message) == true, "\(reply.body)")
      }
    }

    @Test func `S40 takes scripts from the owner only`() async throws {
      try await withServer { server in
        let stranger = await server.send("POST", "/control/script", body: "x")
        let browser = await server.send(
          "POST", "/control/script",
          headers: [
            "Authorization: Bearer \(server.announcement.controlToken)", "Origin: null",
          ], body: "x")
        #expect(stranger.status == 401 && browser.status == 403)
        #expect(await server.control("GET", "/script").status == 405)
        #expect(await server.control("POST", "/script", "").status == 501)
      }
    }
  }

  @Suite struct `A virtual clock` {
    @Test func `wakes those who wait for it, in the order of their times`() async throws {
      let clock = ServiceClock.virtual(startingAt: ServiceTime(sinceEpoch: .seconds(100)))
      let order = Order()
      try await withThrowingTaskGroup(of: Void.self) { group in
        for seconds in [3, 1, 2] {
          group.addTask {
            try await clock.sleep(for: .seconds(seconds))
            await order.add(seconds)
          }
        }
        try await eventually { clock.waiters.count == 3 }
        for count in 1...3 {
          _ = clock.advance(by: .seconds(1))
          try await eventually { await order.all.count == count }
        }
        try await group.waitForAll()
      }
      #expect(await order.all == [1, 2, 3])
    }

    @Test func `lets go of those who are cancelled`() async throws {
      let clock = ServiceClock.virtual(startingAt: ServiceTime(sinceEpoch: .zero))
      let task = Task { try await clock.sleep(for: .seconds(1)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(clock.waiters.count == 0)
    }
  }

  private actor Order {
    private(set) var all: [Int] = []
    func add(_ number: Int) { all.append(number) }
  }

  /// Holds a request until it ends itself, and leaves it to the rules then.
  private final class Holding: Behaviour {
    private let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    private let (over, finish) = AsyncStream.makeStream(of: Void.self)
    let status = Mutex<Int?>(nil)

    func treat(
      _ request: BehaviourRequest, _ rules: @escaping @Sendable () async -> BehaviourReply
    ) async -> BehaviourReply {
      begin.finish()
      // Not by the task's own end, of which a script hears as little.
      await Task { [over] in for await _ in over {} }.value
      let reply = await rules()
      status.withLock { $0 = reply.status }
      return reply
    }

    func end() { finish.finish() }

    func holds() async { for await _ in begun {} }
  }

  /// Answers with the headers and members that it sees.
  private struct Mirror: Behaviour {
    func treat(
      _ request: BehaviourRequest, _ rules: @escaping @Sendable () async -> BehaviourReply
    ) async -> BehaviourReply {
      BehaviourReply(status: 200, headers: request.headers.filter { $0.name == "Host" })
    }
    func end() {}
  }

  @Suite struct `What a behaviour sees` {
    @Test func `has the host that was asked`() async throws {
      try await withServer {
        $0.behaviour.loader = { _, _, _ in Mirror() }
        $0.behaviour.script = BehaviourOptions.Script(name: "mirror.lua", source: [])
      } _: { server in
        let reply = await server.send("POST", "/token")

        #expect(reply.headers["host"] == "127.0.0.1:\(server.port)")
      }
    }
  }

  /// A script that is known by its status, and how it was loaded.
  private final class Named: Behaviour {
    let status: Int
    let hasEnded = Mutex(false)

    init(_ status: Int) { self.status = status }

    func treat(
      _ request: BehaviourRequest, _ rules: @escaping @Sendable () async -> BehaviourReply
    ) async -> BehaviourReply { BehaviourReply(status: status) }

    func end() { hasEnded.withLock { $0 = true } }
  }

  @Suite final class `Of two scripts that are loaded at once` {
    private let first = Named(201)
    private let second = Named(202)
    private let (waiting, release) = AsyncStream.makeStream(of: Void.self)
    private let (begun, begin) = AsyncStream.makeStream(of: Void.self)

    /// A service whose first script takes its time.
    private var control: Control {
      var options = BehaviourOptions()
      options.loader = { [first, second, waiting, begin] source, _, _ throws(BehaviourError) in
        guard let name = source.first else { throw BehaviourError("it is empty") }
        guard name == UInt8(ascii: "1") else { return second }
        begin.finish()
        for await _ in waiting {}
        return first
      }
      let host = ServiceHost(
        ServiceConfiguration(), clock: .system(), behaviours: Behaviours(options))
      return Control(token: "t", host: host, journal: Journal())
    }

    private func status(at control: Control) async throws -> Int {
      let request = try #require(
        BehaviourRequest(
          ServiceRequest(method: "POST", path: "/logout", body: []), headers: [], profile: .aws,
          at: control.host.clock.now))
      return await control.host.behaviours.treat(request) { BehaviourReply(status: 200) }.status
    }

    @Test func `the one that was sent last is in force, however late the other is`() async throws {
      let control = control
      async let late = control.send("1")
      for await _ in begun {}
      let running = await control.send("2")

      release.finish()

      #expect(running.status == 200)
      let refused = await late
      #expect(refused.status == 409 && refused.json.asObject?["error"] == "script_replaced")
      #expect(try await status(at: control) == 202)
      #expect(first.hasEnded.withLock { $0 } && !second.hasEnded.withLock { $0 })
    }

    @Test func `the first is in force when the second is wrong`() async throws {
      let control = control
      async let late = control.send("1")
      for await _ in begun {}
      let wrong = await control.send("")

      release.finish()

      #expect(wrong.status == 400)
      #expect(await late.status == 200)
      #expect(try await status(at: control) == 201)
    }
  }

  extension Control {
    fileprivate func send(_ script: String) async -> ControlReply {
      await self.script(
        ControlRequest(
          method: "POST", path: "/script", authorization: "Bearer t", origin: nil,
          body: Array(script.utf8)))
    }
  }

  @Suite struct `A server that drops its connections` {
    /// A server that ends with its task.
    private func serve(
      _ host: ServiceHost
    ) async -> (port: Int, serving: Task<Result<Void, LocalServerError>, Never>) {
      var options = LocalServerOptions()
      options.port = 0
      let server = LocalServer(options)
      let (ports, announce) = AsyncStream.makeStream(of: Int.self)
      let serving = Task {
        await server.serving(host, nil, ServerLog.logger(.none, .text) { _ in }, signals: []) {
          port throws(LocalServerError) in announce.yield(port)
        }
      }
      var port = ports.makeAsyncIterator()
      return (await port.next() ?? 0, serving)
    }

    @Test func `S44 does not call a request wrong that it has not waited for`() async throws {
      let host = ServiceHost(ServiceConfiguration(), clock: .system())
      let (port, serving) = await serve(host)
      let socket = try sendText(
        "POST /token HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
          + "Content-Length: 9\r\n\r\n", port: port)
      defer { closeSocket(socket) }
      // The head is read when it is told to go on.
      var byte: UInt8 = 0
      #expect(unsafe recv(socket, &byte, 1, 0) == 1)

      serving.cancel()
      try await serving.value.get()

      #expect(readText(socket).contains("HTTP/1.1 503 "))
    }

    @Test func `S44 changes nothing any more by what a handler leaves to the rules`() async throws {
      let host = ServiceHost(ServiceConfiguration(), clock: .system())
      let behaviour = Holding()
      try await host.behaviours.replace { behaviour }
      let (port, serving) = await serve(host)
      let body = #"{"clientName":"laptop","clientType":"public"}"#
      let socket = try sendText(
        "POST /client/register HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
          + "\(body.utf8.count)\r\n\r\n\(body)", port: port)
      defer { closeSocket(socket) }
      await behaviour.holds()

      serving.cancel()
      try await serving.value.get()

      try await eventually { behaviour.status.withLock { $0 == 503 } }
      #expect(host.room.withLock { $0.service.state.clients.isEmpty })
    }
  }
#endif
