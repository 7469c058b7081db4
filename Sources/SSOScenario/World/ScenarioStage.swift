//  ScenarioStage.swift - one scenario under way: its time, its seed, what was made in it.
//
//  Knows: everything in it ends with it.
//  Does not know: what is asserted (Language), who runs it (Runner).

internal import EventLoop
internal import IdentityService
internal import LuaEngine
internal import SSOScript
internal import Synchronization

/// What belongs to one scenario; all of it lives on the thread of one loop.
final class ScenarioStage: Sendable {
  fileprivate struct State {
    var generator: SplitMix64
    var timers: [TimerID] = []
    var processes: [SimulatedProcess] = []
    var services: [SimulatedService] = []
    var homes: [SimulatedHome] = []
    var proxies: [SimulatedProxy] = []
    /// The interpreters of behaviours.
    var behaviours: [ScriptSystem] = []
    var strikes: [FaultStrike] = []
    /// What the property drew, but for the least that it could.
    var draws: [FaultStrike] = []
    /// Of the same, by number: how far above the least.
    var drawn: [Int: Int] = [:]
    var chances = 0
    /// The numbers of all that chance has decided, whether or not it made a difference.
    var decided: [Int] = []
    var whenOpened: [@Sendable (String) -> Void] = []
    var opened: [String] = []
    var diskChance = 0.0
    var crashChance = 0.0
    var clocksJump = false
    var used = UsedSettings()
    var snapshots = 0
    var programFailure: LuaFailure?
    /// What is waited for, where somebody looks.
    var expectations: Expectations?
  }

  let time: ScenarioTime
  let questions = SimulatedQuestions()
  let timeline: Timeline
  /// Everything secret that was said in it, whether or not it arrived.
  let secrets = SecretKeeper()
  let seed: UInt64
  /// The scenario's number in its file, from 1.
  let number: Int
  /// Of the scenario, without secrets.
  let name: String
  /// Virtual time for a flow that sets no limit of its own.
  let limit: Duration
  let crash: CrashPlan
  /// Where what is said is archived.
  let archive: ArchivePage?
  /// Where those of its programs are taken from.
  let interpreters: LuaPool
  /// Of all runs: most programs open the same libraries.
  static let sharedInterpreters = LuaPool()
  /// Whether a person goes through it step by step.
  let isStepped: Bool
  /// Whether snapshots that it asks for are kept.
  let keepsSnapshots: Bool
  /// What chance may not decide: a shrunk run of the same seed.
  private let chance: ChanceLimits
  private let state: Mutex<State>

  init(
    loop: EventLoop, seed: UInt64, chance: ChanceLimits = ChanceLimits(),
    limit: Duration = .seconds(86_400),
    crash: CrashPlan = CrashPlan(step: nil), number: Int = 1, name: String = "",
    archive: ArchivePage? = nil, interpreters: LuaPool = ScenarioStage.sharedInterpreters,
    isStepped: Bool = false, keepsSnapshots: Bool = true, keptEvents: Int = KeptEvents.usual
  ) {
    time = ScenarioTime(loop: loop)
    timeline = Timeline(limit: keptEvents)
    (self.limit, self.crash, self.archive) = (limit, crash, archive)
    (self.seed, self.number, self.name) = (seed, number, name)
    (self.chance, self.interpreters) = (chance, interpreters)
    (self.isStepped, self.keepsSnapshots) = (isStepped, keepsSnapshots)
    var first = State(generator: SplitMix64(seed: seed))
    if isStepped { first.expectations = Expectations() }
    state = Mutex(first)
  }

  var loop: EventLoop { time.loop }

  /// Notes what happens; of the bytes that are sent or written in it, whether they are the same.
  func note(_ actor: String, _ text: String, _ content: [UInt8] = []) {
    timeline.add(time.elapsed, actor, text, content)
  }

  /// Notes what is used of the command line.
  func use(_ change: (inout UsedSettings) -> Void) { state.withLock { change(&$0.used) } }

  /// What was used of the command line.
  var used: UsedSettings { state.withLock { $0.used } }

  /// The number of a snapshot among those without a name, from 1.
  func nextSnapshot(isNamed: Bool) -> Int {
    state.withLock { state in
      if !isNamed { state.snapshots += 1 }
      return state.snapshots
    }
  }

  /// Notes that a function which does a program's work went wrong, or a behaviour.
  ///
  /// The flow that started or asked it may not care, the scenario does. The first counts.
  func noteProgramFailure(_ failure: LuaFailure) {
    state.withLock { $0.programFailure = $0.programFailure ?? failure }
  }

  var programFailure: LuaFailure? { state.withLock { $0.programFailure } }

  // MARK: Chance

  func draw() -> UInt64 { state.withLock { $0.generator.next() } }

  /// A number from 0 up to, but not including, `count`.
  func draw(below count: Int) -> Int {
    count < 2 ? 0 : Int(draw() % UInt64(count))
  }

  /// Whether something of this likelihood happens.
  func happens(_ rate: Double) -> Bool { Double(draw() >> 11) * 0x1p-53 < rate }

  /// Whether a fault that chance has drawn may strike; each is numbered, so that a later run can
  /// leave some of them out.
  func strikes(_ text: String) -> Bool {
    guard let number = nextChance() else { return false }
    noteStrike(text, number)
    return true
  }

  /// The number of what chance has drawn, unless it is left out.
  func nextChance() -> Int? { state.withLock { $0.nextChance(within: chance) } }

  /// Decides what a property gets of what it has drawn.
  ///
  /// - Parameters:
  ///   - drawn: What chance gives.
  ///   - most: What it could give.
  ///   - text: Says what was given, for reports.
  /// - Returns: How far above the least it is: less in a shrunk run.
  func settle(_ drawn: Int, most: Int, _ text: (Int) -> String) -> Int {
    guard drawn > 0 else { return 0 }
    return state.withLock { state in
      guard let number = state.nextChance(within: chance) else { return 0 }
      let given = min(chance.fixed[number] ?? drawn, most)
      state.draws.append(FaultStrike(number: number, text: text(given)))
      state.drawn[number] = given
      return given
    }
  }

  /// Notes a fault that has struck; one that was planned has no number.
  func noteStrike(_ text: String, _ number: Int? = nil) {
    state.withLock { $0.strikes.append(FaultStrike(number: number, text: text)) }
  }

  var allStrikes: [FaultStrike] { state.withLock { $0.strikes } }
  var allDraws: [FaultStrike] { state.withLock { $0.draws } }
  /// The numbers of all that chance has decided.
  var decided: [Int] { state.withLock { $0.decided } }
  /// What the property drew, by number: how far above the least.
  var drawn: [Int: Int] { state.withLock { $0.drawn } }

  // MARK: Machines by chance

  /// Lets chance break the machines of this scenario, those to come included.
  func setChance(disk: Double, crash: Double, clock: Bool) {
    state.withLock { ($0.diskChance, $0.crashChance, $0.clocksJump) = (disk, crash, clock) }
    for home in homes { setChance(of: home) }
  }

  private func setChance(of home: SimulatedHome) {
    let (disk, crash, jumps) = state.withLock { ($0.diskChance, $0.crashChance, $0.clocksJump) }
    home.faults.setChance(disk)
    home.disk.setChance(crashes: crash)
    guard jumps, happens(0.5) else { return }
    let (when, hours) = (draw(below: 600), Int64(draw(below: 5)) - 2)
    schedule(at: loop.now + .seconds(when)) { [self] in
      guard hours != 0, strikes("clock: jumps by \(hours)h") else { return }
      note("clock", "jumps by \(hours)h")
      home.clock.jump(by: .seconds(hours * 3600))
    }
  }

  /// When a program is to be killed while it waits, if chance wants that.
  func drawCrash() -> Duration? {
    let rate = state.withLock { $0.crashChance }
    guard rate > 0, happens(rate) else { return nil }
    let time = draw(below: 600)
    return strikes("the program is killed after \(time)s") ? .seconds(time) : nil
  }

  // MARK: Later

  /// Does something at a time of the loop, unless the scenario has ended.
  func schedule(at time: Duration, _ action: @escaping @Sendable () -> Void) {
    let id = loop.schedule(at: time, action)
    state.withLock { $0.timers.append(id) }
  }

  // MARK: What is waited for

  /// Says what happens so long after now, for ``ScenarioStepper``.
  func expect(_ text: String, in duration: Duration) {
    let now = time.elapsed
    state.withLock { $0.expectations?.add(text, at: now + duration, now: now) }
  }

  /// Says that something is under way whose end is not known.
  func begin(_ text: String) -> Int { state.withLock { $0.expectations?.begin(text) ?? 0 } }
  func end(_ token: Int) { state.withLock { $0.expectations?.end(token) } }

  func expected(at time: Duration) -> [String] {
    state.withLock { $0.expectations?.texts(at: time) ?? [] }
  }

  // MARK: Who takes part

  func add(_ process: SimulatedProcess) { state.withLock { $0.processes.append(process) } }
  func add(_ service: SimulatedService) { state.withLock { $0.services.append(service) } }
  func add(_ proxy: SimulatedProxy) { state.withLock { $0.proxies.append(proxy) } }
  func add(_ behaviour: ScriptSystem) { state.withLock { $0.behaviours.append(behaviour) } }
  func add(_ home: SimulatedHome) {
    state.withLock { $0.homes.append(home) }
    setChance(of: home)
  }
  var processes: [SimulatedProcess] { state.withLock { $0.processes } }
  var services: [SimulatedService] { state.withLock { $0.services } }
  var homes: [SimulatedHome] { state.withLock { $0.homes } }
  var proxies: [SimulatedProxy] { state.withLock { $0.proxies } }
  var behaviours: [ScriptSystem] { state.withLock { $0.behaviours } }

  // MARK: The browser

  /// A process has opened a page.
  func browserOpened(_ url: String) {
    let waiting = state.withLock { state in
      defer { state.whenOpened = [] }
      state.opened.append(url)
      return state.whenOpened
    }
    for action in waiting { action(url) }
    for service in services { service.pageOpened(url) }
  }

  /// Whether it is what the browser shows.
  func isOpen(_ url: String) -> Bool { state.withLock { $0.opened.last == url } }

  /// The person has done with the page.
  func closePage() { state.withLock { $0.opened = [] } }

  /// Calls `action` with the page that is open, as soon as there is one.
  func whenBrowserOpens(_ action: @escaping @Sendable (String) -> Void) {
    let url = state.withLock { state in
      if state.opened.isEmpty { state.whenOpened.append(action) }
      return state.opened.last
    }
    if let url { action(url) }
  }

  // MARK: The end

  /// Ends what still runs or waits.
  func end() {
    let (timers, processes) = state.withLock { state in
      defer { (state.timers, state.whenOpened) = ([], []) }
      return (state.timers, state.processes)
    }
    for timer in timers { loop.cancel(timer) }
    for bytes in processes.flatMap(\.written) { timeline.add(bytes) }
    for process in processes { process.kill() }
    for service in services {
      service.end()
      service.page?.close()
    }
    timeline.end()
  }

  /// Lets go of everybody: each of them holds on to the stage.
  func dissolve() {
    let left = state.withLock { state in
      defer {
        (state.processes, state.services, state.homes) = ([], [], [])
        state.behaviours = []
      }
      return (state.processes, state.services, state.homes)
    }
    withExtendedLifetime(left) {}
  }
}

extension ScenarioStage.State {
  /// The number of the next decision of chance, unless it is left out.
  fileprivate mutating func nextChance(within limits: ChanceLimits) -> Int? {
    defer { chances += 1 }
    guard !limits.mutes(chances) else { return nil }
    decided.append(chances)
    return chances
  }
}

/// A fault that struck, or what a property drew.
public struct FaultStrike: Sendable, Equatable {
  /// Of what chance decided: its number in this scenario.
  public var number: Int?
  /// `CreateToken call 2: N08, the reply is lost`.
  public var text: String
}
