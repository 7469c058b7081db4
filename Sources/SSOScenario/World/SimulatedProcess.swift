//  SimulatedProcess.swift - one run of a script in a simulated world, from start to exit status.
//
//  Knows: how a program ends: by itself, at its limit, stopped by a signal, or killed in the middle of
//  something.
//  Does not know: what it sees (SimulatedProcess+World), what the script does; it runs as `ssoscript run`
//  runs it.

internal import EventLoop
internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// One run.
final class SimulatedProcess: Sendable {
  fileprivate struct State {
    var steps = 0
    /// Set when it was ended from outside: the status, and why.
    var killed: Int32?
    var reason: String?
    /// The signal that is to stop it.
    var signal: StoppingSignal?
    /// Whether it waits in a call that does not come back, and what goes on when it is ended.
    var isBlocked = false
    var whenEnded: CheckedContinuation<Void, Never>?
    var isOver = false
    /// Until it starts.
    var pause: Task<Void, Never>?
    var system: ScriptSystem?
    var timers: [TimerID] = []
  }

  let number: Int
  let request: ProcessRequest
  let services: [SimulatedService]
  let home: SimulatedHome
  let mishaps: ProgramMishaps
  let stage: ScenarioStage
  let terminal: SimulatedTerminal
  let browser: SimulatedBrowser
  /// What it has seen itself, as a command would.
  private let secrets = SecretKeeper()
  let readSource: SourceReader
  private let state = Mutex(State())

  init(
    _ request: ProcessRequest, services: [SimulatedService], home: SimulatedHome,
    readSource: @escaping SourceReader
  ) {
    self.request = request
    (self.services, self.home, stage) = (services, home, home.stage)
    self.readSource = readSource
    mishaps = ProgramMishaps(request.mishaps, on: home.stage)
    number = home.stage.processes.count + 1
    terminal = SimulatedTerminal(
      input: request.input, answers: request.answers, isTerminal: request.isTerminal,
      hasReader: request.hasReader, on: home.stage)
    browser = SimulatedBrowser(refusal: request.browserRefusal, on: home.stage)
    home.stage.add(self)
  }

  /// The same program, to be started once more, after this one or beside it; it does not meet the faults
  /// that were planned for this one.
  func again() -> SimulatedProcess {
    var request = request
    request.mishaps.removeAll { !$0.isStanding }
    return SimulatedProcess(request, services: services, home: home, readSource: readSource)
  }

  /// What it takes from the permissions of what it makes.
  var umask: Int { mishaps.strikes(.umask, "disk") ? 0 : request.umask }

  /// Makes something whose permissions are set, whatever the umask, which a fault has struck then.
  func meetUmask() { _ = umask }

  /// As the scenario named it.
  var path: String { request.path }

  /// In the time line: `flow`, `flow 2`.
  var name: String { Self.name(number) }

  static func name(_ number: Int) -> String { number == 1 ? "flow" : "flow \(number)" }

  /// Behind what it does with a disk: nothing, ` by flow 2`.
  var authorship: String { number == 1 ? "" : " by \(name)" }

  /// What it has written there so far.
  var standardError: String { terminal.text(.error) }

  /// What it has written to its streams so far, one after the other.
  var written: [[UInt8]] { [terminal.bytes(.output), terminal.bytes(.error)] }

  /// The pages that it has opened so far.
  var pages: [String] { browser.opened }

  // MARK: Living and dying

  /// Whether it can still do something.
  var isAlive: Bool { state.withLock { $0.isAlive && !$0.isBlocked } }

  var hasEnded: Bool { state.withLock { !$0.isAlive } }

  /// Counts a change of the disk, which writes bytes or does not; whether the program is to end within it.
  func countStep(writes: Bool) -> Bool {
    let steps = state.withLock { state in
      state.steps += 1
      return state.steps
    }
    if steps == request.signalAt { send(request.signal) }
    signal(at: steps)
    return steps == request.crashAt || isKilled(at: steps, writes: writes)
  }

  /// Sends a signal: the program cleans up and ends.
  ///
  /// A second one ends it at once, as does one that comes before it has started.
  func send(_ signal: StoppingSignal) {
    let (isFirst, system) = state.withLock { state in
      defer { state.signal = state.signal ?? signal }
      return (state.signal == nil, state.system)
    }
    guard state.withLock({ $0.isAlive }) else { return }
    stage.note(name, "gets SIG\(signal.rawValue)")
    guard isFirst, isAlive, let system else { return kill(status: signal.status) }
    system.interrupt(.interrupted)
  }

  /// Lets it wait in a call that does not come back: nothing of it goes on until it is ended.
  func block() {
    let system = state.withLock { state in
      state.isBlocked = true
      return state.system
    }
    home.disk.keepLocks(of: number)
    system?.interrupt(.interrupted)
  }

  private func untilEnded() async {
    guard state.withLock({ $0.isBlocked && $0.isAlive }) else { return }
    await stage.loop.withContinuation { continuation in
      state.withLock { $0.whenEnded = continuation }
    }
  }

  /// Ends it as a signal would: nothing of it runs any more that could be seen outside.
  ///
  /// - Parameters:
  ///   - status: Its exit status.
  ///   - reason: Why, in words for the scenario's author.
  func kill(status: Int32 = 137, because reason: String? = nil) {
    let living = state.withLock {
      state -> (system: ScriptSystem?, waiter: CheckedContinuation<Void, Never>?)? in
      guard state.isAlive else { return nil }
      defer { state.whenEnded = nil }
      (state.killed, state.reason) = (status, reason)
      state.pause?.cancel()
      return (state.system, state.whenEnded)
    }
    guard let (system, waiter) = living else { return }
    defer { waiter?.resume() }
    if let reason { stage.note(name, reason) }
    guard let system else { return }
    home.disk.releaseLocks(of: number)
    system.interrupt(.interrupted)
  }

  // MARK: Running

  /// Runs the script to its end.
  ///
  /// - Parameter pause: Before it starts; one that is killed meanwhile does not start.
  /// - Returns: How it ended.
  func run(after pause: Duration = .zero) async -> ProcessResult {
    await wait(pause)
    let began = stage.time.elapsed
    guard isAlive else { return finish(.finished, began) }
    let seed = stage.draw()
    let system = ScriptSystem(
      world: world(seed), options: options(seed), secrets: secrets, loop: stage.loop)
    state.withLock { $0.system = system }
    stage.note(name, "starts \(request.path)")
    stage.crash.begin(number, home)
    limitTime()
    let outcome = await system.run(request.source, name: "@\(request.path)")
    await untilEnded()
    return finish(outcome, began)
  }

  private func wait(_ duration: Duration) async {
    guard duration > .zero else { return }
    stage.expect("program \(number) starts", in: duration)
    let pause = Task(executorPreference: stage.loop.taskExecutor) { [stage] in
      _ = try? await stage.loop.sleep(for: duration)
    }
    state.withLock { state in
      if state.killed == nil { state.pause = pause } else { pause.cancel() }
    }
    await pause.value
    state.withLock { $0.pause = nil }
  }

  private func finish(_ outcome: ScriptOutcome, _ began: Duration) -> ProcessResult {
    let over = state.withLock { state in
      state.isOver = true
      state.system = nil
      return state
    }
    for timer in over.timers { stage.loop.cancel(timer) }
    home.disk.releaseLocks(of: number)
    home.ports.free(of: number)
    let isKilled = over.killed != nil
    let isOverdue = !isKilled && outcome.limit == .time
    // One that came while it cleaned up does not count.
    let signal = isOverdue ? nil : over.signal?.status
    let end = EndReport(outcome, signalStatus: signal, of: request.source, hiding: secrets)
    let reason = (isOverdue ? Self.overdue : over.reason).map { "the flow \($0)" }
    if let text = reason.map({ "(\($0))" }) ?? (isKilled ? nil : end.text) {
      try? terminal.write(Array((text + "\n").utf8), to: .error)
    }
    let status = over.killed ?? end.status
    let limit = isKilled || isOverdue ? nil : outcome.limit.flatMap { _ in end.message }
    stage.note(name, "ends with \(status)\(limit.map { ", \($0)" } ?? "")")
    stage.crash.end(number, with: status)
    return ProcessResult(
      exit: status, elapsed: stage.time.elapsed - began, output: terminal.bytes(nil),
      standardOutput: terminal.bytes(.output), standardError: terminal.bytes(.error),
      failure: reason ?? (isKilled ? nil : end.message), failureCode: isKilled ? nil : outcome.code,
      pages: pages,
      calls: services.flatMap { $0.calls(of: number) }, steps: over.steps)
  }

  private func limitTime() {
    stage.expect("the limit of program \(number)", in: request.limit)
    schedule(after: request.limit) { [self] in reachLimit() }
    if let after = request.killAfter ?? stage.drawCrash() {
      stage.expect("program \(number) is killed", in: after)
      schedule(after: after) { [self] in kill() }
    }
    if let after = request.signalAfter {
      stage.expect("program \(number) gets SIG\(request.signal.rawValue)", in: after)
      schedule(after: after) { [self] in send(request.signal) }
    }
    planSignal()
  }

  private static let overdue = "is stopped at its limit of virtual time"

  /// Stops it as `ssoscript run --timeout` does: it cleans up, unless it waits in a call for good.
  private func reachLimit() {
    let system = state.withLock { $0.signal == nil ? $0.system : nil }
    guard isAlive, let system else { return kill(status: 7, because: Self.overdue) }
    stage.note(name, Self.overdue)
    system.interrupt(.time)
  }

  func schedule(after duration: Duration, _ action: @escaping @Sendable () -> Void) {
    let timer = stage.loop.schedule(at: stage.loop.now + duration, action)
    state.withLock { $0.timers.append(timer) }
  }
}

extension SimulatedProcess.State {
  /// Whether it has not ended.
  fileprivate var isAlive: Bool { killed == nil && !isOver }
}

extension ScriptOutcome {
  /// The limit that was reached; a signal is none.
  fileprivate var limit: LuaStop? {
    guard case .stopped(let stop, _) = self, stop != .interrupted else { return nil }
    return stop
  }

  /// The `error` or `code` of the error that nobody caught.
  fileprivate var code: String? {
    guard case .failed(let failure) = self, case .table(let table) = failure.value,
      table.kind == .error
    else { return nil }
    for name in ["error", "code"] {
      if case .string(let text) = table[name] { return text }
    }
    return nil
  }
}
