//  RestartTests.swift - the built service, killed and started again on the same file.

#if Server
  import StrictJSON
  import TestSupport
  import Testing

  @Suite struct `ssoscript serve on a file` {
    private static let device = "urn:ietf:params:oauth:grant-type:device_code"

    @Test func `R8628-40 S02 a kill in mid-poll loses no decision and no interval`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        var service = try Killable(["--data", "state.db", "--interval", "30"], in: sandbox)
        let client = try service.post(
          "/client/register", ["clientName": "a", "clientType": "public"])
        let flow = try service.post(
          "/device_authorization", client.with(["startUrl": .string("https://a.example/start")]))
        let poll = client.with([
          "grantType": .string(Self.device), "deviceCode": flow["deviceCode"] ?? .null,
        ])
        // Two at once are forgiven, as AWS's CLI sends them; the third is not.
        for word in ["authorization_pending", "authorization_pending", "slow_down"] {
          #expect(try service.post("/token", poll)["error"] == .string(word))
        }

        service = try service.killed()
        #expect(try service.post("/token", poll)["error"] == "slow_down")
        let code = flow["userCode"] ?? .null
        #expect(try service.control("/approve", ["userCode": code])["status"] == "approved")

        service = try service.killed()
        let token = try service.post("/token", poll)
        #expect(token["accessToken"]?.asString?.hasPrefix("fake-") == true)

        service = try service.killed()
        #expect(try service.post("/token", poll)["error"] == "invalid_grant")
      }
    }

    @Test func `S01 a person in mid-page is not thrown out by a kill`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write(
          "people.yaml", "people:\n- name: alice\n  displayName: Alice\naccounts: []\n")
        var service = try Killable(
          ["--data", "state.db", "--directory", "people.yaml"], in: sandbox)
        let client = try service.post(
          "/client/register", ["clientName": "a", "clientType": "public"])
        let flow = try service.post(
          "/device_authorization", client.with(["startUrl": .string("https://a.example/start")]))
        let code = flow["userCode"]?.asString ?? ""
        let link = try service.exchange("GET", "/device?user_code=\(code)").text
        let cookie = "Cookie: \(link.between("Set-Cookie: ", ";"))\r\n"
        let address = link.between("Location: ", "\r\n")
        let page = try service.exchange("GET", address, nil, cookie).text
        let token = page.between("name=\"form_token\" value=\"", "\"")

        service = try service.killed()
        let decided = try service.submit(
          "/device/decision",
          "decision=approve&user_code=\(code)&person=alice&form_token=\(token)", cookie)

        #expect(!token.isEmpty && decided.contains("Location: /device/done?"), "\(decided)")
        let poll = client.with([
          "grantType": .string(Self.device), "deviceCode": flow["deviceCode"] ?? .null,
        ])
        #expect(try service.post("/token", poll)["accessToken"] != nil)
        #expect(try service.exchange("GET", address, nil, cookie).status < 410)
      }
    }

    @Test func `S05 a full disk is 503, and what needs no room goes on`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        // Blocks of 512 bytes: no file may grow beyond 300 kB.
        let service = try Killable(
          ["--data", "state.db"], in: sandbox, shell: "ulimit -f 600; exec \"$0\" \"$@\"")
        let name = String(repeating: "n", count: 250)
        let wish: JSONObject = ["clientName": .string(name), "clientType": "public"]
        let first = try service.exchange("POST", "/client/register", wish)
        var last = first
        while last.status == 200 { last = try service.exchange("POST", "/client/register", wish) }

        #expect(first.status == 200 && last.status == 503)
        #expect(last.text.contains("\r\nRetry-After: 5\r\n"))
        #expect(try service.exchange("GET", "/healthz").status == 200)
        #expect(try service.exchange("GET", "/assignment/accounts").status == 401)
      }
    }

    @Test func `S04 a damaged file is refused by name`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write("state.db", "certainly no database, and long enough to be looked at")

        let end = try sandbox.run("serve", "--port", "0", "--data", "state.db")

        #expect(end.status == 3)
        #expect(end.error.contains("state.db is damaged") && end.error.contains("--reset-state"))
      }
    }

    /// Leaves a state file of a virtual clock.
    private func leaveFile(in sandbox: Sandbox) throws {
      let service = try Killable(
        ["--data", "state.db", "--clock", "virtual=2090-01-01T00:00:00Z"], in: sandbox)
      _ = try service.post("/client/register", ["clientName": "a", "clientType": "public"])
      _ = try service.terminated()
    }

    @Test(arguments: [
      ("virtual=2089-12-31T23:59:59Z", true), ("virtual=2090-01-01T00:00:00Z", false),
      ("virtual=2091-01-01T00:00:00Z", false), ("virtual", false),
    ])
    func `S06 a virtual clock does not go back, and that is said`(
      clock: String, isSaid: Bool
    ) async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try leaveFile(in: sandbox)
        let command = ["\(Place.programs)/ssoscript-serve", "--port", "0", "--data", "state.db"]
        let process = try ChildProcess(sandbox.settings(command + ["--clock", clock]))
        _ = try process.readLine()
        process.send(signal: 15)

        let end = try process.end()

        #expect(end.status == 0 && end.error.contains("Start URL:"), "\(end.error)")
        let remark = "The clock shows 2090-01-01T00:00:00.000Z, where the state file left it"
        #expect(end.error.contains(remark) == isSaid, "\(end.error)")
      }
    }

    @Test func `S06 a file of a virtual clock that is ahead is refused by the system's`()
      async throws
    {
      try await onThread {
        let sandbox = try Sandbox()
        try leaveFile(in: sandbox)

        let end = try sandbox.run("serve", "--port", "0", "--data", "state.db")

        #expect(end.status == 3)
        let message = "state.db is of a virtual clock that shows 2090-01-01T00:00:00.000Z"
        #expect(end.error.contains(message), "\(end.error)")
      }
    }

    @Test func `S44 SIGTERM ends it within seconds, with status 0 and without a log file`()
      async throws
    {
      try await onThread {
        let sandbox = try Sandbox()
        let service = try Killable(["--data", "state.db"], in: sandbox)
        _ = try service.post("/client/register", ["clientName": "a", "clientType": "public"])
        let idle = try connectWithoutWaiting(service.port)
        defer { closeSocket(idle) }

        #expect(try service.terminated().status == 0)
        #expect(sandbox.read("state.db-wal") == nil)
      }
    }

    @Test func `--data takes no name for an address of SQLite's`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write("state.db", "theirs")
        var service = try Killable(["--data", "file:state.db"], in: sandbox)
        let client = try service.post(
          "/client/register", ["clientName": "a", "clientType": "public"])

        service = try service.killed()
        let flow = try service.post(
          "/device_authorization", client.with(["startUrl": .string("https://a.example/start")]))

        #expect(flow["deviceCode"] != nil && sandbox.read("state.db") == "theirs")
      }
    }

    @Test func `S43 more connections than files make room for those that ask`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let service = try Killable([], in: sandbox, shell: "ulimit -n 100; exec \"$0\" \"$@\"")
        let idle = try (0..<200).map { _ in try connectWithoutWaiting(service.port) }
        defer { for socket in idle { closeSocket(socket) } }

        for _ in 0..<5 { #expect(try service.exchange("GET", "/healthz").status == 200) }
      }
    }

    @Test func `says AWS tools where the CA is`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let process = try ChildProcess(
          sandbox.settings(["\(Place.programs)/ssoscript-serve", "--port", "0", "--tls", "--env"]))
        let lines = try (0..<3).map { _ in try process.readLine() ?? "" }

        #expect(lines[0].hasPrefix("export AWS_ENDPOINT_URL_SSO_OIDC='https://127.0.0.1:"))
        #expect(lines[2].hasPrefix("export AWS_CA_BUNDLE='/"))
        process.send(signal: 15)
        #expect(try process.end().status == 0)
      }
    }

    @Test func `says that to a shell, whatever letters are in TMPDIR`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let folder = "\(sandbox.path)/it's"
        _ = try ChildProcess(sandbox.settings(["mkdir", folder])).end()
        let command = ["\(Place.programs)/ssoscript-serve", "--port", "0", "--tls", "--env"]
        let process = try ChildProcess(sandbox.settings(command, ["TMPDIR": folder]))
        let lines = try (0..<3).map { _ in try process.readLine() ?? "" }

        #expect(lines[2].hasPrefix("export AWS_CA_BUNDLE='") && lines[2].contains("/it'\\''s/"))
        process.send(signal: 15)
        #expect(try process.end().status == 0)
      }
    }

    @Test(arguments: [("folder", "Is a directory"), ("pipe", "is no regular file")])
    func `says why a script cannot be read`(name: String, cause: String) async throws {
      try await onThread {
        let sandbox = try Sandbox()
        _ = try ChildProcess(sandbox.settings(["mkdir", "folder"])).end()
        _ = try ChildProcess(sandbox.settings(["mkfifo", "pipe"])).end()

        let end = try sandbox.run("serve", "--port", "0", "--script", name)

        #expect(end.status == 3)
        #expect(
          end.error == "ssoscript serve: cannot read the script \(name): \(cause)\n", "\(end.error)"
        )
      }
    }

    @Test func `checks itself`() async throws {
      try await onThread {
        let end = try Sandbox().run("serve", "--self-check")

        #expect(end.status == 0)
        #expect(end.output.contains("ok    R8628-17  ") && end.output.hasSuffix("rules hold\n"))
      }
    }

    @Test func `refuses a directory file by path and line`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write("people.yaml", "people:\n- nam: alice\naccounts: []\n")

        let end = try sandbox.run("serve", "--port", "0", "--directory", "people.yaml")

        #expect(end.status == 3)
        #expect(end.error.hasPrefix("ssoscript serve: people.yaml:2: people[0]: unknown member"))
      }
    }

    @Test func `S40 the control token may go to a file of its owner`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let service = try Killable(["--control-token-file", "token"], in: sandbox)

        #expect(sandbox.read("token") == service.controlToken + "\n")
        let mode = try ChildProcess(
          sandbox.settings(["find", "token", "-perm", "600"])
        ).end().output
        #expect(mode == "token\n")
      }
    }
  }

  /// A service that is not asked politely to end.
  final class Killable {
    private let process: ChildProcess
    private let values: JSONObject
    private let arguments: [String]
    private let sandbox: Sandbox

    init(
      _ arguments: [String], in sandbox: Sandbox, shell: String? = nil,
      error: ChildSettings.Sink = .file("/dev/null")
    ) throws {
      self.arguments = arguments
      self.sandbox = sandbox
      // Not by way of `ssoscript serve`: the signal is for the service itself.
      let command = ["\(Place.programs)/ssoscript-serve", "--port", "0", "--format", "json"]
      let wrapped = shell.map { ["sh", "-c", $0] } ?? []
      var settings = sandbox.settings(wrapped + command + arguments)
      settings.error = error
      process = try ChildProcess(settings)
      guard let line = try process.readLine(),
        let object = try JSON.parse(Array(line.utf8)).asObject
      else { throw TestSupportError("the service did not get ready") }
      values = object
    }

    var port: Int {
      values["endpoint"]?.asString?.split(separator: ":").last.flatMap { Int($0) } ?? 0
    }
    var startURL: String { values["startUrl"]?.asString ?? "" }
    var endpoint: String { values["endpoint"]?.asString ?? "" }
    /// The file of the CA, with TLS.
    var authority: String? { values["caFile"]?.asString }
    var controlToken: String { values["controlToken"]?.asString ?? "" }

    /// Kills it and starts it anew.
    func killed() throws -> Killable {
      process.send(signal: 9)
      #expect(try process.end().status == 256 + 9)
      return try Killable(arguments, in: sandbox)
    }

    /// Asks it to end.
    func terminated() throws -> ChildEnd { try ended(by: 15) }

    func ended(by signal: Int32) throws -> ChildEnd {
      send(signal: signal)
      return try process.end()
    }

    func send(signal: Int32) { process.send(signal: signal) }

    /// Waits for a line on its standard error.
    func saysLine(with word: String) throws -> Bool {
      while let line = try process.readLine(.error) {
        if line.contains(word) { return true }
      }
      return false
    }

    func post(_ path: String, _ members: JSONObject) throws -> JSONObject {
      try exchange("POST", path, members).json
    }

    func control(_ path: String, _ members: JSONObject) throws -> JSONObject {
      try exchange(
        "POST", "/control" + path, members, "Authorization: Bearer \(controlToken)\r\n"
      ).json
    }

    /// Sends a form as a browser does.
    func submit(_ path: String, _ form: String, _ headers: String) throws -> String {
      try exchangeText(
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)"
          + "Content-Type: application/x-www-form-urlencoded\r\nSec-Fetch-Site: same-origin\r\n"
          + "Content-Length: \(form.utf8.count)\r\n\r\n\(form)", port: port)
    }

    /// The requests so far, oldest first, of one operation.
    func journal(_ operation: String) throws -> [JSONObject] {
      let reply = try exchange(
        "GET", "/control/requests", nil, "Authorization: Bearer \(controlToken)\r\n")
      let all = reply.json["requests"]?.asArray ?? []
      return all.compactMap(\.asObject).filter { $0["operation"]?.asString == operation }
    }

    func exchange(
      _ method: String, _ path: String, _ members: JSONObject? = nil, _ headers: String = ""
    ) throws -> (status: Int, text: String, json: JSONObject) {
      let body = try members.map { String(decoding: try JSON.object($0).encoded(), as: UTF8.self) }
      let text = try exchangeText(
        "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\(headers)"
          + "Content-Length: \(body?.utf8.count ?? 0)\r\n\r\n\(body ?? "")", port: port)
      let json = text.firstRange(of: "\r\n\r\n").flatMap {
        try? JSON.parse(Array(text[$0.upperBound...].utf8)).asObject
      }
      return (Int(text.dropFirst(9).prefix(3)) ?? 0, text, json ?? [:])
    }
  }

  extension JSONObject {
    /// Members with the credentials of this registration.
    func with(_ members: JSONObject) -> JSONObject {
      var members = members
      members["clientId"] = self["clientId"]
      members["clientSecret"] = self["clientSecret"]
      return members
    }
  }

  extension String {
    /// What stands between two texts, or nothing.
    fileprivate func between(_ start: String, _ end: String) -> String {
      guard let head = firstRange(of: start) else { return "" }
      let rest = self[head.upperBound...]
      return String(rest[..<(rest.firstRange(of: end)?.lowerBound ?? rest.endIndex)])
    }
  }
#endif
