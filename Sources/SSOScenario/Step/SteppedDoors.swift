//  SteppedDoors.swift - a program's clock and network that say what they wait for, for --step.

internal import SSOOIDC

/// A clock whose sleeps are known.
struct SteppedClock: WorldClock {
  let clock: SimulatedClock
  let stage: ScenarioStage
  let process: Int

  var now: Timestamp { clock.now }
  var monotonic: Duration { clock.monotonic }

  func sleep(for duration: Duration) async throws(CancellationError) {
    stage.expect("program \(process) goes on", in: duration)
    try await clock.sleep(for: duration)
  }
}

/// A network whose requests are known while they are under way.
struct SteppedTransport: HTTPTransport {
  let transport: any HTTPTransport
  let stage: ScenarioStage
  let process: Int

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let path = NetworkTarget(request.url)?.path ?? "/"
    let token = stage.begin("a request of program \(process) for \(path) goes on")
    defer { stage.end(token) }
    return try await transport.send(request)
  }
}

/// What is waited for.
struct Expectations: Sendable {
  private static let limit = 1000

  /// By the time of the scenario.
  private var moments: [(time: Duration, text: String)] = []
  private var underWay: [Int: String] = [:]
  private var next = 0

  mutating func add(_ text: String, at time: Duration, now: Duration) {
    if moments.count >= Self.limit { moments.removeAll { $0.time < now } }
    if moments.count < Self.limit { moments.append((time, text)) }
  }

  mutating func begin(_ text: String) -> Int {
    next += 1
    underWay[next] = text
    return next
  }

  mutating func end(_ token: Int) { underWay[token] = nil }

  /// What happens at a time; where nothing is known to, it is something under way.
  func texts(at time: Duration) -> [String] {
    var texts: [String] = []
    for moment in moments where moment.time == time && !texts.contains(moment.text) {
      texts.append(moment.text)
    }
    return texts.isEmpty ? underWay.sorted { $0.key < $1.key }.map(\.value) : texts
  }
}
