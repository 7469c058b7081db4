//  ServedRules.swift - a scenario's service behind a real socket on loopback.
//
//  Knows: the scenario's thread waits while a request is under way, so no time passes in the scenario.
//  Does not know: faults, people, what is expected (SSOScenario).

#if Server
  internal import CurlTransport
  internal import EventLoop
  internal import IdentityServer
  internal import IdentityService
  internal import SSOOIDC
  internal import SSOScenario
  internal import Synchronization

  /// The rules in a server of this process, asked through libcurl.
  final class ServedRules: ScenarioRules {
    private struct Connected {
      let loop: EventLoop
      let transport: CurlTransport
      let port: Int
      let serving: Task<Void, Never>
    }

    private let server: EmbeddedServer
    private let connected: Result<Connected, TransportError>

    /// Starts a server; if that fails, every request hears why.
    init(_ configuration: ServiceConfiguration, _ randomness: @escaping @Sendable (Int) -> [UInt8])
    {
      server = EmbeddedServer(
        configuration, startingAt: ServiceTime(sinceEpoch: .zero), randomness: randomness)
      connected = Self.start(server)
    }

    deinit { try? connected.get().serving.cancel() }

    private static func start(_ server: EmbeddedServer) -> Result<Connected, TransportError> {
      do throws(EventLoopError) {
        let loop = try EventLoop()
        let ready = Wait<Result<Int, TransportError>>(loop)
        let serving = Task {
          do throws(LocalServerError) {
            try await server.run { ready.end(.success($0)) }
          } catch {
            ready.end(.failure(failure(error.description)))
          }
        }
        let transport = CurlTransport(loop: loop, environment: { _ in nil })
        return ready.value.map { port in
          Connected(loop: loop, transport: transport, port: port, serving: serving)
        }
      } catch {
        return .failure(failure("\(error)"))
      }
    }

    private static func failure(_ words: String) -> TransportError {
      TransportError(
        code: .other, message: "the service of the scenario: \(words)", host: "127.0.0.1",
        delivery: .neverSent)
    }

    func answer(
      _ request: HTTPRequest, _ asked: ServiceRequest, at time: ServiceTime
    ) throws(TransportError) -> BehaviourReply {
      let connected = try connected.get()
      server.advance(to: time)
      let before = server.exchanges
      let real = Self.real(request, asked, port: connected.port)
      let answered = Wait<Result<HTTPResponse, TransportError>>(connected.loop)
      Task(executorPreference: connected.loop.taskExecutor) {
        do throws(TransportError) {
          answered.end(.success(try await connected.transport.send(real)))
        } catch {
          answered.end(.failure(error))
        }
      }
      let response = try answered.value.get()
      return BehaviourReply(
        status: response.status, headers: response.headers.map { HeaderField($0.name, $0.value) },
        body: response.body,
        facts: server.exchanges > before ? server.newestFacts ?? ExchangeFacts() : ExchangeFacts())
    }

    /// The same request to where the service really is; the program's limits hold in the scenario's
    /// time, real ones only keep it from hanging.
    private static func real(
      _ request: HTTPRequest, _ asked: ServiceRequest, port: Int
    ) -> HTTPRequest {
      var request = request
      let query = asked.query.isEmpty ? "" : "?\(asked.query)"
      request.url = "http://127.0.0.1:\(port)\(asked.path)\(query)"
      request.options = HTTPOptions()
      request.options.connectTimeout = .seconds(60)
      request.options.timeout = .seconds(60)
      return request
    }

    func look<Result: Sendable>(_ body: (inout IdentityService) -> Result) -> Result {
      server.look(body)
    }
  }

  /// A value that comes from elsewhere, and the thread that waits for it on a loop of its own.
  private final class Wait<Value: Sendable>: Sendable {
    private let loop: EventLoop
    private let got = Mutex<Value?>(nil)

    init(_ loop: EventLoop) { self.loop = loop }

    /// Runs the loop until it is there.
    var value: Value {
      while true {
        if let value = got.withLock({ $0 }) { return value }
        loop.run()
      }
    }

    /// Gives it; the first counts.
    func end(_ value: Value) {
      got.withLock { $0 = $0 ?? value }
      loop.stop()
    }
  }
#endif
