//  SimulatedPerson.swift - the person before the screen: opens the page, compares the code, decides.
//
//  Knows: a person acts at a time, and waits until there is something to decide about.
//  Does not know: pages; the rules' own requests stand in for them.

internal import EventLoop
internal import IdentityService
internal import StrictJSON
internal import Synchronization

/// What one person does, in the order in which it was said.
final class SimulatedPerson: Sendable {
  private struct State {
    /// When the next thing happens, by the loop.
    var time: Duration
    var expectedCode: String?
    var screen = Screen.any
    /// The request that an attacker wants approved.
    var bait: String?
    var hasClosed = false
  }

  /// Where the person looks for something to decide about.
  private enum Screen: String {
    case any
    case browser
    /// The terminal has the address of a page, for a browser on another machine.
    case terminal
  }

  private let service: SimulatedService
  private let name: String?
  private let state: Mutex<State>
  private var stage: ScenarioStage { service.stage }

  init(_ name: String?, of service: SimulatedService) {
    (self.name, self.service) = (name, service)
    state = Mutex(State(time: service.stage.loop.now))
  }

  /// What follows happens so long after now.
  func at(_ duration: Duration) { state.withLock { $0.time = stage.loop.now + duration } }

  /// What follows happens so long after what was said before.
  func after(_ duration: Duration) { state.withLock { $0.time += duration } }

  /// Opens a page: an address from the terminal, or what the program has opened itself.
  func opens(_ page: String) {
    let time = state.withLock { state in
      state.screen = Screen(rawValue: page) ?? .any
      state.hasClosed = false
      return state.time
    }
    expect("opens \(page)", at: time)
    stage.schedule(at: time) { [stage] in stage.note("person", "opens \(page)") }
  }

  /// Compares the code on the page with this one; another one is denied.
  func sees(code: String) { state.withLock { $0.expectedCode = code } }

  /// Whether there is no page any more to decide on.
  var hasClosed: Bool { state.withLock { $0.hasClosed } }

  /// Looks, and leaves.
  func closes() {
    let time = state.withLock { state in
      state.hasClosed = true
      return state.time
    }
    expect("closes the page", at: time)
    stage.schedule(at: time) { [stage] in stage.note("person", "closes the page") }
  }

  /// Decides, `times` times over.
  func decides(_ verdict: Verdict, times: Int = 1) {
    let plan = state.withLock { $0 }
    expect(verdict.phrase, at: plan.time)
    if plan.screen == .terminal { stage.questions.expectSomebody() }
    stage.schedule(at: plan.time) { [self] in act(verdict, times, plan) }
  }

  private func act(_ verdict: Verdict, _ times: Int, _ plan: State) {
    switch plan.screen {
    case .any: decide(verdict, times, plan.expectedCode)
    case .browser:
      stage.whenBrowserOpens { [self] page in
        if !consent(verdict, times, on: page) { decide(verdict, times, plan.expectedCode) }
      }
    case .terminal: stage.questions.whenAsked { [self] in answer($0, verdict, times) }
    }
  }

  /// Pastes the address at which a browser on another machine ended, whose page could not be reached.
  private func answer(_ question: SimulatedQuestion, _ verdict: Verdict, _ times: Int) {
    guard let page = question.authorizationPage.flatMap(NetworkTarget.init) else {
      stage.note("person", "finds no address of an authorization page in the terminal")
      return question.answer(nil)
    }
    let addresses = (0..<times).map { _ in lastAddress(verdict, page.query) }
    stage.note("person", "pastes the address that the browser ended at")
    question.answer(addresses.lazy.compactMap { $0 }.first)
  }

  /// Decides; where the browser is sent.
  private func lastAddress(_ verdict: Verdict, _ query: String) -> String? {
    stage.note("person", "\(verdict.phrase) in the browser")
    let decision = verdict == .approve ? Decision.approved : .denied
    let address = service.authorize(AuthorizationQuery(query, decision: decision, person: name))
    if address == nil { stage.note("person", "is shown an error page") }
    return address
  }

  private func expect(_ what: String, at time: Duration) {
    stage.expect("the person \(what)", in: time - stage.loop.now)
  }

  /// Decides on the page of the authorization endpoint, if this is one.
  private func consent(_ verdict: Verdict, _ times: Int, on page: String) -> Bool {
    guard let target = NetworkTarget(page), target.path == "/authorize" else { return false }
    stage.closePage()
    for _ in 0..<times {
      if let address = lastAddress(verdict, target.query) { stage.browserGoes(to: address) }
    }
    return true
  }

  private func decide(_ verdict: Verdict, _ times: Int, _ expected: String?) {
    let bait = state.withLock { $0.bait }
    guard let code = bait ?? service.openRequest?.userCode.display else {
      return wait(verdict, times, expected)
    }
    var verdict = verdict
    if let expected, expected != code {
      stage.note("person", "sees \(code), not \(expected)")
      verdict = .deny
    }
    for _ in 0..<times {
      stage.note("person", "\(verdict.phrase) \(code)")
      let result = service.decide(code, verdict, as: name)
      if case .done = result { continue }
      stage.note("person", "is told: \(result.phrase)")
    }
  }

  /// Acts once there is a code in the terminal, or a page in the browser.
  private func wait(_ verdict: Verdict, _ times: Int, _ expected: String?) {
    stage.note("person", "looks for something to decide about")
    let once = Once()
    service.whenStarted { [self] in
      if once.isFirst() { decide(verdict, times, expected) }
    }
    stage.whenBrowserOpens { [self] page in
      if NetworkTarget(page)?.path == "/authorize", once.isFirst() {
        _ = consent(verdict, times, on: page)
      }
    }
  }

  // MARK: Phishing

  /// Gets the link of an attacker, who has asked for a code of their own.
  func isPhished() {
    let time = state.withLock { state in
      state.hasClosed = false
      return state.time
    }
    expect("gets the link of an attacker", at: time)
    stage.schedule(at: time) { [self] in
      guard let code = attackersCode() else { return }
      state.withLock { $0.bait = code }
      stage.note("person", "gets the link of an attacker, with \(code)")
    }
  }

  private func attackersCode() -> String? {
    let registered = ask(
      "/client/register", #"{"clientName":"attacker","clientType":"public"}"#)
    let (id, secret) = (registered["clientId"], registered["clientSecret"])
    guard let id = id?.asString, let secret = secret?.asString else { return nil }
    let started = ask(
      "/device_authorization",
      #"{"clientId":"\#(id)","clientSecret":"\#(secret)","#
        + #""startUrl":"https://example.awsapps.com/start"}"#)
    return started["userCode"]?.asString
  }

  private func ask(_ path: String, _ body: String) -> JSONObject {
    let request = ServiceRequest(
      method: "POST", path: path, headers: ["content-type": "application/json"],
      body: Array(body.utf8), requester: Requester(address: "198.51.100.66", userAgent: "attacker"))
    return (try? JSON.parse(service.answer(stranger: request).body))?.asObject ?? [:]
  }
}

/// Lets one of several go first, and no other.
private final class Once: Sendable {
  private let isTaken = Mutex(false)

  func isFirst() -> Bool {
    isTaken.withLock { isTaken in
      defer { isTaken = true }
      return !isTaken
    }
  }
}

extension Verdict {
  /// What somebody does who decides so.
  var phrase: String {
    switch self {
    case .approve: "approves"
    case .deny: "denies"
    case .expire: "lets expire"
    }
  }
}

extension DecisionResult {
  fileprivate var phrase: String {
    switch self {
    case .done: "done"
    case .conflict: "it was decided before, otherwise"
    case .unknown: "there is no such request"
    case .expired: "the code has expired"
    case .unknownPerson: "nobody of that name can sign in"
    }
  }
}
