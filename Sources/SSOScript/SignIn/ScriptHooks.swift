//  ScriptHooks.swift - a script's functions that hear of a sign-in.
//
//  Knows: what each gets and may return; that those that only listen never end a login.

import EventLoop
import LuaEngine
public import SSOOIDC
import Synchronization

/// The functions of one call of `sso.login` or `sso.ensure`, each called as a task of its own.
final class ScriptHooks: SignInHooks {
  /// Their names, in the order of the reference.
  static let names = [
    "on_verification", "on_poll", "on_token", "on_refresh", "on_expiring", "on_failure",
    "on_wait",
  ]

  private let caller: String
  private let target: SignInTarget
  private let turn: LoginTurn
  private let functions: [String: LuaReference]
  private let system: ScriptSystem
  private let failed = Mutex<ScriptFailure?>(nil)

  init(of job: SignInJob, _ system: ScriptSystem) {
    (functions, caller, target, turn) = (job.hooks, job.caller, job.target, job.turn)
    self.system = system
  }

  /// What a hook raised, if one ended the login.
  var failure: ScriptFailure? { failed.withLock { $0 } }

  // MARK: Those that may end it

  func onVerification(_ verification: Verification) async throws(SSOError) -> Bool {
    let table =
      switch verification {
      case .device(let authorization): LuaTable(authorization)
      case .browser(let url): LuaTable(["flow": "pkce", "authorizeUrl": .string(url)])
      }
    switch try await decide("on_verification", .table(table)) {
    case .nil, .boolean(true): return true
    case .boolean(false): return false
    case let other: throw wrong("on_verification", "nothing or a boolean", other)
    }
  }

  func onToken(_ token: CachedToken, _ source: SignIn.Source) async throws(SSOError) {
    let table = LuaTable(token, target: target, source: source)
    let result = try await decide("on_token", .table(table))
    guard result == .nil || result == .boolean(true) else {
      throw wrong("on_token", "nothing", result)
    }
  }

  private func decide(_ name: String, _ argument: LuaValue) async throws(SSOError) -> LuaValue {
    guard let function = functions[name] else { return .nil }
    do throws(LuaFailure) {
      return try await call(function, name, [argument])
    } catch {
      throw end(with: .raised(error), name)
    }
  }

  private func wrong(_ name: String, _ expected: String, _ got: LuaValue) -> SSOError {
    let words = "\(caller): \(name) must return \(expected), got \(got.typeName)"
    return end(with: .misuse(words), name)
  }

  private func end(with failure: ScriptFailure, _ name: String) -> SSOError {
    failed.withLock { $0 = failure }
    return SSOError(.hookFailed, .validation, "\(name) failed", operation: caller)
  }

  private func call(
    _ function: LuaReference, _ name: String, _ arguments: [LuaValue]
  ) async throws(LuaFailure) -> LuaValue {
    let hook = LoginTurn.Hook(name: name, turn: turn)
    return try await system.callCancellably(function, as: hook, { _ in arguments }) { values, _ in
      values.first ?? .nil
    }
  }

  // MARK: Those that listen

  func onPoll(left: Duration, pause: Duration) async {
    guard functions["on_poll"] != nil else { return await system.countDown(from: left) }
    let seconds = max(0, left.components.seconds)
    await tell(
      "on_poll",
      LuaTable(["secondsLeft": .integer(seconds), "interval": .number(pause.inSeconds)]))
  }

  func onRefresh(_ token: CachedToken) async {
    await tell("on_refresh", LuaTable(token, target: target, source: .refresh))
  }

  func onExpiring(_ token: CachedToken) async {
    await tell("on_expiring", LuaTable(token, target: target, source: .cache))
  }

  func onFailure(_ error: SSOError) async {
    guard failure == nil else { return }
    await tell("on_failure", ErrorTable.make(error))
  }

  func onWait() {
    let system = system
    guard let function = functions["on_wait"] else {
      let name = target.sessionName ?? target.startURL
      return system.onLoop { $0.tell("waiting for another sign-in to \(name)") }
    }
    Task(executorPreference: system.loop.taskExecutor) {
      await self.tell(function, "on_wait", [])
    }
  }

  private func tell(_ name: String, _ argument: LuaTable) async {
    guard let function = functions[name] else { return }
    await tell(function, name, [.table(argument)])
  }

  private func tell(
    _ function: LuaReference, _ name: String, _ arguments: [LuaValue]
  ) async {
    let problem: String
    do throws(LuaFailure) {
      let result = try await call(function, name, arguments)
      guard result != .nil else { return }
      problem = "must return nothing, got \(result.typeName)"
    } catch {
      problem = "failed: \(error.message)"
    }
    if !Task.isCancelled { await system.warn("\(name) \(problem)") }
  }
}

extension ScriptSystem {
  /// Runs `body` with the host: at once on the loop's thread, else as soon as it is its turn.
  nonisolated func onLoop(_ body: @escaping @Sendable (ScriptHost) -> Void) {
    guard !loop.isCurrent else { return assumeIsolated { body($0.host) } }
    Task(executorPreference: loop.taskExecutor) { await self.with(body) }
  }

  private func with(_ body: @Sendable (ScriptHost) -> Void) { body(host) }

  /// Logs a warning.
  func warn(_ line: String) { host.log(.warning, line) }
}

extension SSOError.Code {
  /// A function of the script that was to hear of a login failed, and so did the login.
  public static let hookFailed = Self("HookFailed")
}
