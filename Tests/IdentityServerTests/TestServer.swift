//  TestServer.swift - a real server on a free port, for as long as a test needs it.

#if Server
  import IdentityServer
  import IdentityService
  import StrictJSON
  import Testing

  /// A running server, and how to talk to it.
  struct TestServer: Sendable {
    let announcement: Announcement
    var port: Int { announcement.endpoint.split(separator: ":").last.flatMap { Int($0) } ?? 0 }

    /// Sends a request as well-behaved clients do.
    func send(
      _ method: String, _ path: String, headers: [String] = [], body: String = ""
    ) async -> PlainResponse {
      let lines =
        [
          "\(method) \(path) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close",
          "Content-Length: \(body.utf8.count)",
        ] + headers
      return await exchange(port: port, lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// Posts JSON to the service.
    func post(_ path: String, _ members: JSON) async throws -> PlainResponse {
      let body = String(decoding: try members.encoded(), as: UTF8.self)
      return await send("POST", path, headers: ["Content-Type: application/json"], body: body)
    }

    /// Asks the control API.
    func control(_ method: String, _ path: String, _ body: String = "") async -> PlainResponse {
      await send(
        method, "/control" + path,
        headers: ["Authorization: Bearer \(announcement.controlToken)"], body: body)
    }
  }

  extension PlainResponse {
    /// Members with the credentials of this registration.
    func authenticated(_ members: JSONObject) -> JSON {
      var members = members
      members["clientId"] = json["clientId"]
      members["clientSecret"] = json["clientSecret"]
      return .object(members)
    }

    var json: JSONObject { (try? JSON.parse(Array(body.utf8)))?.asObject ?? [:] }
  }

  /// Runs `body` against a server with a virtual clock, then stops the server.
  func withServer(
    _ configure: (inout LocalServerOptions) -> Void = { _ in },
    _ body: @escaping @Sendable (TestServer) async throws -> Void
  ) async throws {
    var options = LocalServerOptions()
    options.port = 0
    options.clock = .virtual(startingAt: ServiceTime(sinceEpoch: .seconds(1_767_225_600)))
    configure(&options)
    let server = LocalServer(options)
    let (announcements, announce) = AsyncStream.makeStream(of: Announcement.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        defer { announce.finish() }
        try await server.run { announce.yield($0) }
      }
      for await announcement in announcements {
        defer { group.cancelAll() }
        try await body(TestServer(announcement: announcement))
        break
      }
      try await group.waitForAll()
    }
  }
#endif
