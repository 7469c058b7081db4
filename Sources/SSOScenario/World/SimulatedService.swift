//  SimulatedService.swift - the identity service of a scenario: the pure rules, on the scenario's time.
//
//  Knows: every request meets the planned fault, then the rules; what was said is remembered.
//  Does not know: how a reply reaches a program (SimulatedNetwork), people (SimulatedPerson).

internal import EventLoop
internal import IdentityService
internal import SSOOIDC
internal import SSOScript
internal import Synchronization

/// One service.
final class SimulatedService: Sendable {
  fileprivate struct State {
    var rules: IdentityService
    var faults = ScenarioFaults()
    var calls: [ServiceCall] = []
    var latest = ServiceTime(sinceEpoch: .zero)
    /// People who wait for a device authorization.
    var waiting: [@Sendable () -> Void] = []
  }

  let stage: ScenarioStage
  let clock: SimulatedClock
  /// Time on the way, each direction, and how much more chance may add.
  let latency: Duration
  let jitter: Duration
  private let randomness: SeededBytes
  private let state: Mutex<State>

  init(
    _ configuration: ServiceConfiguration, latency: Duration, jitter: Duration,
    on stage: ScenarioStage
  ) {
    self.stage = stage
    (self.latency, self.jitter) = (latency, jitter)
    clock = SimulatedClock(stage.time)
    randomness = SeededBytes(seed: stage.draw())
    state = Mutex(State(rules: IdentityService(configuration: configuration)))
  }

  // MARK: Requests

  func nextFault(_ kind: RequestKind) -> ScenarioFault? {
    state.withLock { $0.faults.next(kind, at: stage.time.elapsed, on: stage) }
  }

  /// Lets the rules answer.
  func answer(_ request: ServiceRequest) -> ServiceReply {
    let (reply, waiting) = state.withLock { state in
      let reply = state.rules.handle(request, at: state.tick(clock)) { randomness.bytes($0) }.reply
      guard reply.facts.userCode != nil else { return (reply, [@Sendable () -> Void]()) }
      defer { state.waiting = [] }
      return (reply, state.waiting)
    }
    // Whoever waited acts when the reply is on its way, not before there is one.
    for action in waiting { stage.schedule(at: stage.loop.now, action) }
    return reply
  }

  var profile: Profile { state.withLock { $0.rules.configuration.profile } }

  // MARK: Plans

  func add(_ plan: PlannedFault) { state.withLock { $0.faults.add(plan) } }
  func setChance(_ plan: ChancePlan) { state.withLock { $0.faults.setChance(plan) } }

  // MARK: People

  /// The newest device authorization that nobody has decided about, if there is one.
  var openRequest: DeviceFlow? {
    state.withLock { state in
      let now = state.tick(clock)
      return state.rules.state.flows.values
        .filter { $0.standing(at: now) == .pending }
        .max { ($0.started, $0.userCode.display) < ($1.started, $1.userCode.display) }
    }
  }

  func decide(_ userCode: String, _ verdict: Verdict, as person: String?) -> DecisionResult {
    state.withLock { state in
      state.rules.decide(userCode: userCode, verdict, as: person, at: state.tick(clock)).reply
    }
  }

  /// What a browser gets that comes to the authorization endpoint with a decision: where it is sent.
  func authorize(_ query: String, _ verdict: Verdict, as person: String?) -> String? {
    let asked = AuthorizationQuery(
      query, decision: verdict == .approve ? .approved : .denied, person: person)
    let answer = state.withLock { state in
      state.rules.authorize(asked, at: state.tick(clock)) { randomness.bytes($0) }.reply.answer
    }
    guard case .redirect(let target) = answer else { return nil }
    stage.secrets.remember(url: target)
    return target
  }

  /// Calls `action` once the next device authorization has begun.
  func whenStarted(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.waiting.append(action) }
  }

  func end() { state.withLock { $0.waiting = [] } }

  // MARK: What happened

  func note(_ call: ServiceCall) { state.withLock { $0.calls.append(call) } }

  var calls: [ServiceCall] { state.withLock { $0.calls } }

  func calls(of process: Int) -> [ServiceCall] {
    state.withLock { $0.calls.filter { $0.process == process } }
  }
}

extension SimulatedService.State {
  /// The service's time, which never goes back.
  fileprivate mutating func tick(_ clock: SimulatedClock) -> ServiceTime {
    latest = max(latest, clock.now.serviceTime)
    return latest
  }
}
