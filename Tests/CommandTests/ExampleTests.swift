//  ExampleTests.swift - the example that needs more than a folder of files: a chat that listens.

#if Server
  import Synchronization
  import TestSupport
  import Testing

  @Suite struct `examples notify-webhook` {
    /// Runs the example against a service that approves, and a chat that answers with `status`.
    private func run(
      chat status: String, _ options: [String] = ["--allow-net=127.0.0.1"]
    ) async throws -> (end: ChildEnd, said: [String]) {
      try await onThread {
        let said = Said()
        let chat = try TestServer { connection in
          while let request = connection.readRequest() {
            said.add(request.body)
            connection.answer(status)
          }
        }
        let sandbox = try Sandbox()
        let service = try Service(["--approve", "auto", "--interval", "1"], in: sandbox)
        let value = { (name: String) in service.values[name] ?? "" }
        let command =
          ["\(Place.programs)/ssoscript", "run", "--endpoint-url", value("endpoint")] + options
          + ["\(Place.repository)/examples/notify-webhook.lua", value("startUrl"), chat.url]
        return (try ChildProcess(sandbox.settings(command)).end(), said.all)
      }
    }

    @Test func `tells the chat who should approve, and that it is done`() async throws {
      let (end, said) = try await run(chat: "200 OK")
      #expect(end.status == 0, "\(end.error)")
      #expect(said.count == 2)
      #expect(said.first?.contains("Please open http://127.0.0.1:") == true)
      #expect(!said.contains { $0.contains("accessToken") })
    }

    @Test func `logs in although the chat is broken`() async throws {
      let (end, _) = try await run(chat: "500 Broken")
      #expect(end.status == 0)
      #expect(end.error.contains("the webhook answered with status 500"))
    }

    @Test func `names the flag that lets it reach the chat`() async throws {
      let (end, said) = try await run(chat: "200 OK", [])
      #expect(end.status == 6)
      #expect(end.error.contains("(run with --allow-net=127.0.0.1:"))
      #expect(said.isEmpty)
    }
  }

  /// What reached the chat.
  private final class Said: Sendable {
    private let bodies = Mutex<[String]>([])
    var all: [String] { bodies.withLock { $0 } }
    func add(_ body: String) { bodies.withLock { $0.append(body) } }
  }
#endif
