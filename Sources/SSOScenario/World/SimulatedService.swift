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
    var faults = ScenarioFaults()
    var calls: [ServiceCall] = []
    var latest = ServiceTime(sinceEpoch: .zero)
    /// Device authorizations by user code, numbered as they began; several do at one time.
    var begun: [String: Int] = [:]
    /// People who wait for a device authorization.
    var waiting: [@Sendable () -> Void] = []
    /// What stands before the rules, and how often it was asked.
    var behaviour: (any Behaviour)?
    var asked: [ServiceOperation: Int] = [:]
  }

  let stage: ScenarioStage
  let clock: SimulatedClock
  /// Time on the way, each direction, and how much more chance may add.
  let latency: Duration
  let jitter: Duration
  /// After which it approves by itself.
  let approvalDelay: Duration?
  private let randomness: SeededBytes
  private let rules: any ScenarioRules
  /// Where what is said is recorded, or held against what was.
  let page: RecordingPage?
  private let state = Mutex(State())

  init(
    _ configuration: ServiceConfiguration, latency: Duration, jitter: Duration,
    on stage: ScenarioStage, makeRules: ScenarioRulesMaker, page: RecordingPage?
  ) {
    self.stage = stage
    (self.latency, self.jitter) = (latency, jitter)
    approvalDelay = configuration.approval.delay
    clock = SimulatedClock(stage.time)
    let randomness = SeededBytes(seed: stage.draw())
    self.randomness = randomness
    self.page = page
    rules = makeRules(configuration) { randomness.bytes($0) }
  }

  // MARK: Requests

  func nextFault(_ kind: RequestKind) -> MetFault? {
    state.withLock { $0.faults.next(kind, at: stage.time.elapsed, on: stage) }
  }

  /// Lets the rules answer.
  func answer(
    _ request: HTTPRequest, _ asked: ServiceRequest, _ kind: RequestKind
  ) throws(TransportError) -> BehaviourReply {
    let reply = try rules.answer(request, asked, at: now)
    if kind.operation == .startDeviceAuthorization, reply.status == 200 { authorizationBegan() }
    return reply
  }

  /// Lets the rules answer somebody who is no program of the scenario.
  func answer(stranger asked: ServiceRequest) -> ServiceReply {
    let now = now
    let reply = rules.look { rules in
      rules.handle(asked, at: now) { randomness.bytes($0) }.reply
    }
    if reply.facts.userCode != nil { authorizationBegan() }
    return reply
  }

  /// Whoever waited acts when the reply is on its way, not before there is one.
  private func authorizationBegan() {
    let codes = rules.look { $0.state.flows.values.map(\.userCode.display) }
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      for code in codes where state.begun[code] == nil { state.begun[code] = state.begun.count }
      return state.waiting
    }
    for action in waiting { stage.schedule(at: stage.loop.now, action) }
  }

  var profile: Profile { rules.look { $0.configuration.profile } }

  /// Looks at what the rules remember.
  func state<Value: Sendable>(_ body: (ServiceState) -> Value) -> Value {
    rules.look { body($0.state) }
  }

  /// The service's time, which never goes back.
  var now: ServiceTime { state.withLock { $0.tick(clock) } }

  // MARK: Behaviour

  /// Puts a behaviour before the rules.
  ///
  /// - Throws: ``BehaviourError`` with file and line, when its main body does not come to its end.
  func behave(as script: BehaviourScript) async throws(BehaviourError) {
    let behaviour = try await LuaBehaviour(
      script.source, name: script.name, door: ScenarioDoor(service: self),
      place: BehaviourPlace(of: script, on: stage))
    state.withLock { $0.behaviour = behaviour }
  }

  var behaves: Bool { state.withLock { $0.behaviour != nil } }

  /// Lets the behaviour treat a request; what it does goes on when nobody waits for it any more.
  func treat(
    _ request: HTTPRequest, _ asked: ServiceRequest, _ seen: BehaviourRequest, _ kind: RequestKind
  ) async -> Treated {
    let (behaviour, call) = state.withLock { state in
      state.asked[seen.operation, default: 0] += 1
      return (state.behaviour, state.asked[seen.operation] ?? 0)
    }
    let rules = AskedRules(self, request, asked, kind)
    guard let behaviour else {
      let result = await rules.answer()
      return Treated(result: result, verdict: rules.verdict)
    }
    var seen = seen
    (seen.call, seen.time) = (call, now)
    let reply = await behaviour.treat(seen) { await rules.reply() }
    if let error = rules.error { return Treated(result: .failure(error)) }
    stage.secrets.remember(HTTPResponse(reply))
    return Treated(result: .success(reply), verdict: rules.verdict)
  }

  /// What a behaviour made of a request.
  struct Treated {
    let result: Result<BehaviourReply, TransportError>
    /// What the rules found, if they were asked.
    var verdict: ExchangeFacts?
  }

  // MARK: Plans

  func addStanding(_ plan: PlannedFault) { state.withLock { $0.faults.addStanding(plan) } }
  func add(_ plan: PlannedFault) { state.withLock { $0.faults.add(plan) } }
  func setChance(_ plan: ChancePlan) { state.withLock { $0.faults.setChance(plan) } }

  // MARK: People

  /// The names of those who can sign in, the one first who does where nobody is named.
  var people: [String] { rules.look { $0.configuration.directory.people.map(\.name) } }

  /// The newest device authorization that nobody has decided about, if there is one.
  var openRequest: DeviceFlow? {
    let (now, begun) = (now, state.withLock { $0.begun })
    return rules.look { rules in
      rules.state.flows.values
        .filter { $0.standing(at: now) == .pending }
        .max { begun[$0.userCode.display, default: 0] < begun[$1.userCode.display, default: 0] }
    }
  }

  func decide(_ userCode: String, _ verdict: Verdict, as person: String?) -> DecisionResult {
    let now = now
    return rules.look { $0.decide(userCode: userCode, verdict, as: person, at: now).reply }
  }

  /// What a browser gets that comes to the authorization endpoint: where it is sent.
  func authorize(_ asked: AuthorizationQuery) -> String? {
    let now = now
    let answer = rules.look { rules in
      rules.authorize(asked, at: now) { randomness.bytes($0) }.reply.answer
    }
    guard case .redirect(let target) = answer else { return nil }
    stage.secrets.remember(url: target)
    return target
  }

  /// Calls `action` once the next device authorization has begun.
  func whenStarted(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.waiting.append(action) }
  }

  func end() {
    let behaviour = state.withLock { state in
      defer { (state.waiting, state.behaviour) = ([], nil) }
      return state.behaviour
    }
    behaviour?.end()
  }

  // MARK: What happened

  func note(_ call: ServiceCall) { state.withLock { $0.calls.append(call) } }

  var calls: [ServiceCall] { state.withLock { $0.calls } }

  func calls(of process: Int) -> [ServiceCall] {
    state.withLock { $0.calls.filter { $0.process == process } }
  }
}

extension SimulatedService.State {
  fileprivate mutating func tick(_ clock: SimulatedClock) -> ServiceTime {
    latest = max(latest, clock.now.serviceTime)
    return latest
  }
}

/// The rules for one request, for a behaviour that may ask them.
private final class AskedRules: Sendable {
  private let service: SimulatedService
  private let request: HTTPRequest
  private let asked: ServiceRequest
  private let kind: RequestKind
  private let failure = Mutex<TransportError?>(nil)
  private let found = Mutex<ExchangeFacts?>(nil)

  init(
    _ service: SimulatedService, _ request: HTTPRequest, _ asked: ServiceRequest,
    _ kind: RequestKind
  ) {
    (self.service, self.request, self.asked, self.kind) = (service, request, asked, kind)
  }

  /// Why there is no answer, where there is a network in between that failed.
  var error: TransportError? { failure.withLock { $0 } }

  /// What they found; `nil` where they were not asked.
  var verdict: ExchangeFacts? { found.withLock { $0 } }

  func answer() async -> Result<BehaviourReply, TransportError> {
    do throws(TransportError) {
      let reply = try service.answer(request, asked, kind)
      found.withLock { $0 = reply.facts }
      return .success(reply)
    } catch {
      return .failure(error)
    }
  }

  func reply() async -> BehaviourReply {
    switch await answer() {
    case .success(let reply):
      service.stage.secrets.remember(HTTPResponse(reply))
      return reply
    case .failure(let error):
      failure.withLock { $0 = error }
      return BehaviourReply(status: 500)
    }
  }
}
