//  Stage.swift - a script, and in place of a service a door that a test holds.

import IdentityService
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import SSOScenario

/// A service of whose rules only the replies are known, with a clock moved by hand.
final class Stage: ServiceDoor {
  private struct State {
    var now = ServiceTime(sinceEpoch: .seconds(1_767_225_600))
    var sleepers: [Sleeper] = []
    var nextSleeper = 0
    var log: [String] = []
    var asked = 0
    var verdicts: [String] = []
  }

  private struct Sleeper {
    let id: Int
    let until: ServiceTime
    let continuation: CheckedContinuation<Bool, Never>
  }

  private let state = Mutex(State())
  let standsStill: Bool

  /// - Parameter standsStill: Whether scripts are loaded before the service is ready.
  init(standsStill: Bool = false) { self.standsStill = standsStill }

  var log: String { state.withLock { $0.log.joined() } }
  /// How often the rules were asked.
  var asked: Int { state.withLock { $0.asked } }
  var verdicts: [String] { state.withLock { $0.verdicts } }
  var now: ServiceTime { state.withLock { $0.now } }

  func sleep(for duration: Duration) async throws(CancellationError) {
    let id = state.withLock { state in
      state.nextSleeper += 1
      return state.nextSleeper
    }
    let slept = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
        state.withLock { state in
          state.sleepers.append(
            Sleeper(id: id, until: state.now + duration, continuation: continuation))
        }
        if Task.isCancelled { wake(false) { $0.id == id } }
      }
    } onCancel: {
      wake(false) { $0.id == id }
    }
    guard slept else { throw CancellationError() }
  }

  private func wake(_ slept: Bool, _ isDue: (Sleeper) -> Bool) {
    let due = state.withLock { state in
      let due = state.sleepers.filter(isDue)
      state.sleepers.removeAll(where: isDue)
      return due
    }
    for sleeper in due { sleeper.continuation.resume(returning: slept) }
  }

  func judge(
    userCode: String, _ verdict: Verdict, as person: String?
  ) async -> DecisionResult {
    state.withLock {
      $0.verdicts.append("\(userCode) \(verdict.rawValue) \(person ?? "-")")
    }
    return person == "nobody" ? .unknownPerson : .unknown
  }

  /// Moves the clock once so many wait for it.
  func advance(by duration: Duration, once waiting: Int = 1) async {
    await until { self.state.withLock { $0.sleepers.count >= waiting } }
    let now = state.withLock { state in
      state.now = state.now + duration
      return state.now
    }
    wake(true) { $0.until <= now }
  }

  /// Waits for what a task of the behaviour does.
  func until(_ isTrue: @escaping @Sendable () -> Bool) async {
    do { try await eventually(isTrue) } catch { Issue.record(error) }
  }

  func load(
    _ script: String, patience: Duration = .seconds(60)
  ) async throws -> any Behaviour {
    let write = { @Sendable (line: String) in self.state.withLock { $0.log.append(line) } }
    let scripts = try LuaScripts(patience: patience, log: write) { write($0 + "\n") }
    return Kept(try await scripts.load(Array(script.utf8), "behaviour.lua", self), scripts)
  }

  static let token: BehaviourReply = {
    var reply = BehaviourReply(
      status: 200, headers: [HeaderField("Content-Type", "application/json")],
      body: Array(#"{"accessToken":"aoa-secret-token","expiresIn":3600}"#.utf8))
    reply.facts.grantType = .deviceCode
    return reply
  }()

  /// Sends one request.
  func send(
    _ behaviour: any Behaviour, _ path: String = "/token", call: Int = 1,
    _ members: JSON = ["grantType": "refresh_token", "refreshToken": "aor-secret-token"],
    rules: BehaviourReply = Stage.token
  ) async throws -> BehaviourReply {
    let request = ServiceRequest(method: "POST", path: path, body: try members.encoded())
    let headers = [
      HeaderField("User-Agent", "test"), HeaderField("X-Twice", "a"),
      HeaderField("X-Twice", "b"), HeaderField("x-twice", "c"),
    ]
    var seen = try #require(
      BehaviourRequest(request, headers: headers, profile: .aws, at: now))
    seen.call = call
    return await behaviour.treat(seen) {
      self.state.withLock { $0.asked += 1 }
      return rules
    }
  }
}

/// A behaviour that keeps its interpreter.
private struct Kept: Behaviour {
  let behaviour: any Behaviour
  let scripts: LuaScripts

  init(_ behaviour: any Behaviour, _ scripts: LuaScripts) {
    (self.behaviour, self.scripts) = (behaviour, scripts)
  }

  func treat(
    _ request: BehaviourRequest, _ rules: @escaping @Sendable () async -> BehaviourReply
  ) async -> BehaviourReply { await behaviour.treat(request, rules) }
  func end() { behaviour.end() }
}

extension BehaviourReply {
  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSONObject { (try? JSON.parse(body))?.asObject ?? [:] }
}
