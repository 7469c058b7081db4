//  ScriptSystem.swift - one script on one thread: the actor between Lua and the world.

public import EventLoop
public import LuaEngine
import SSOOIDC
import Synchronization

/// Runs one script against a world.
///
/// Lua, timers and transfers share the thread of `loop`; the actor's executor is that loop, so
/// nothing here hops.
public actor ScriptSystem {
  nonisolated let loop: EventLoop
  private nonisolated let interrupts = Interrupts()
  /// Those whose systems stop when this one does.
  private nonisolated let companions = Mutex<PolicySet?>(nil)
  let host: ScriptHost
  var scheduler: Scheduler?
  /// Failures that no caller hears of: of tasks that outlive the call that started them.
  var reportLateFailure: @Sendable (LuaFailure) -> Void = { _ in }

  /// Everything of this actor runs on the loop's thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe loop.asUnownedSerialExecutor()
  }

  /// Makes a system that has not started.
  ///
  /// - Parameters:
  ///   - world: The doors.
  ///   - options: What the user decides.
  ///   - secrets: Remembers what must not be shown.
  ///   - loop: Where everything runs.
  public init(
    world: World, options: ScriptOptions, secrets: SecretKeeper = SecretKeeper(), loop: EventLoop
  ) {
    self.loop = loop
    host = ScriptHost(world: world, options: options, secrets: secrets)
  }

  /// Runs a script to its end.
  ///
  /// - Parameters:
  ///   - source: Its text; a first line `#!…` and a byte order mark are skipped.
  ///   - name: For messages: `@flow.lua`, or `=stdin` for what is no file.
  /// - Returns: How it ended; nothing is thrown.
  public func run(_ source: [UInt8], name: String) async -> ScriptOutcome {
    reportLateFailure = { [weak self] failure in
      self?.onLoop { host in
        host.log(.warning, "a task failed that nobody waits for: \(failure.placedMessage)")
      }
    }
    do throws(LuaFailure) {
      try await loadPolicies()
      let (function, machine) = try load(source, name: name)
      let outcome = await execute(function, machine)
      await host.policies?.close()
      return outcome
    } catch {
      return .failed(error)
    }
  }

  /// Before the script: nothing of it may run without them.
  private func loadPolicies() async throws(LuaFailure) {
    guard !host.options.policies.isEmpty else { return }
    var options = host.options
    options.countdownLine = host.countdownLine
    do throws(SSOError) {
      let policies = try await PolicySet.load(
        options.policies, host.world, options, host.secrets, loop
      ) { [weak self] line in self?.onLoop { $0.log(.warning, line) } }
      host.policies = policies
      companions.withLock { $0 = policies }
    } catch {
      throw LuaFailure(
        value: .table(ErrorTable.make(error)), message: error.scriptMessage,
        place: LuaPlace(position: "", traceback: ""))
    }
  }

  func load(
    _ source: [UInt8], name: String
  ) throws(LuaFailure) -> (LuaReference, LuaMachine) {
    try ScriptText.check(source, name: name)
    let machine = try LuaMachine(
      limits: host.options.limits, seed: host.options.seed, coverage: host.options.coverage,
      pool: host.options.pool)
    interrupts.arm(machine.interrupter)
    host.system = self
    APIInstaller(host: host).install(in: machine)
    try machine.open()
    if name.hasPrefix("@") { machine.expect(file: String(name.dropFirst())) }
    return (try machine.load(ScriptText.withoutShebang(source), name: name), machine)
  }

  /// Stops the script from any thread, wherever it is.
  public nonisolated func interrupt(_ reason: LuaStop) {
    interrupts.interrupt(reason)
    for policy in companions.withLock({ $0 })?.policies ?? [] { policy.system.interrupt(reason) }
    Task(executorPreference: loop.taskExecutor) { await self.stopWaiting(reason) }
  }

  /// Why the script is to stop, while it has not stopped yet; from any thread.
  public nonisolated var stopping: LuaStop? { interrupts.stopping }

  /// Whether code of the script runs, and does not wait; from any thread.
  public nonisolated var isRunning: Bool { interrupts.isRunning }

  // MARK: Running

  private func execute(
    _ function: LuaReference, _ machine: LuaMachine
  ) async -> ScriptOutcome {
    var outcome = await loop.withContinuation { continuation in
      let scheduler = makeScheduler(machine) { continuation.resume(returning: $0) }
      self.scheduler = scheduler
      host.scheduler = scheduler
      do throws(LuaFailure) {
        try scheduler.spawn(function, host.options.arguments.map(LuaValue.string), parent: nil)
      } catch {
        continuation.resume(returning: .failed(error))
        return
      }
      limitTime()
      turn()
    }
    if let status = host.exitStatus { outcome = .exited(status) }
    host.scheduler = nil
    scheduler = nil
    host.forgetObjects()
    return outcome
  }

  func makeScheduler(
    _ machine: LuaMachine, finish: @escaping (ScriptOutcome) -> Void
  ) -> Scheduler {
    let scheduler = Scheduler(
      machine: machine,
      perform: { self.perform($0, $1) },
      schedule: { self.schedule($0, $1) },
      cancelTimer: { [loop] in loop.cancel($0) },
      finish: { [host] outcome in
        host.showRest()
        finish(outcome)
      })
    if let turns = host.world.turns { scheduler.giveTurns = { self.give($0, by: turns) } }
    if host.options.sleepsByClock { scheduler.waitByClock = { self.wait($0, $1, $2) } }
    scheduler.startsBeforeClock = host.options.startsBeforeClock
    return scheduler
  }

  private func wait(
    _ duration: Duration, _ id: ScriptTask.ID, _ group: TaskGroupWait.ID
  ) -> Task<Void, Never> {
    Task(executorPreference: loop.taskExecutor) { await self.sitOut(duration, id, group) }
  }

  private func sitOut(
    _ duration: Duration, _ id: ScriptTask.ID, _ group: TaskGroupWait.ID
  ) async {
    guard (try? await host.perform(.sleep(duration))) != nil else { return }
    scheduler?.clockFired(id, group)
    forgetReleased()
  }

  private func give(_ count: Int, by turns: any WorldTurns) -> Task<Void, Never> {
    Task(executorPreference: loop.taskExecutor) { await self.passTurns(count, turns) }
  }

  private func passTurns(_ count: Int, _ turns: any WorldTurns) async {
    await turns.give(count)
    scheduler?.turnsPassed()
    forgetReleased()
  }

  private func perform(_ id: ScriptTask.ID, _ effect: Effect) -> Task<Void, Never> {
    let depth = scheduler?.tasks[id]?.depth ?? 0
    // What is inherited is of whichever task ran before.
    guard depth != CallDepth.current else { return start(id, effect) }
    return CallDepth.$current.withValue(depth) { start(id, effect) }
  }

  private func start(_ id: ScriptTask.ID, _ effect: Effect) -> Task<Void, Never> {
    Task(executorPreference: loop.taskExecutor) { await self.carryOut(id, effect) }
  }

  private func carryOut(_ id: ScriptTask.ID, _ effect: Effect) async {
    do throws(ScriptFailure) {
      complete(id, .values(try await host.perform(effect)))
    } catch {
      complete(id, .raise(LuaRaise(error.redacted(by: host.secrets))))
    }
  }

  private func complete(_ id: ScriptTask.ID, _ resumption: ScriptTask.Resumption) {
    scheduler?.complete(id, resumption)
    forgetReleased()
  }

  private func schedule(_ duration: Duration, _ id: ScriptTask.ID?) -> TimerID {
    loop.schedule(at: loop.now + duration) { [weak self] in
      self?.assumeIsolated { system in
        if let id { system.timerFired(id) } else { system.turn() }
      }
    }
  }

  private func timerFired(_ id: ScriptTask.ID) {
    scheduler?.timerFired(id)
    forgetReleased()
  }

  func turn() {
    scheduler?.drain()
    forgetReleased()
  }

  private func limitTime() {
    guard let timeout = host.options.timeout else { return }
    loop.schedule(at: loop.now + timeout) { [weak self] in
      self?.assumeIsolated { $0.stopWaiting(.time) }
    }
  }

  func stopWaiting(_ reason: LuaStop) { scheduler?.stopWaiting(reason) }

  private func forgetReleased() { host.forgetReleased() }
}
