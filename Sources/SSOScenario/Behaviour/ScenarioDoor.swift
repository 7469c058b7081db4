//  ScenarioDoor.swift - a scenario's service as the behaviour in it sees it.

internal import EventLoop
internal import IdentityService
internal import LuaEngine
internal import StrictJSON

/// The service's clock, and its people.
struct ScenarioDoor: ServiceDoor {
  let service: SimulatedService

  var now: ServiceTime { service.now }
  var standsStill: Bool { false }

  func sleep(for duration: Duration) async throws(CancellationError) {
    service.stage.expect("the behaviour goes on", in: duration)
    try await service.stage.loop.sleep(for: duration)
  }

  func judge(
    userCode: String, _ verdict: Verdict, as person: String?
  ) async -> DecisionResult {
    service.stage.note("behaviour", "\(verdict.phrase) \(userCode)")
    return service.decide(userCode, verdict, as: person)
  }
}

/// The text of a behaviour.
struct BehaviourScript: Sendable {
  /// As the scenario named it.
  let name: String
  let source: [UInt8]
  /// Where its lines are counted.
  var coverage: LuaCoverage?
}

extension BehaviourPlace {
  /// Within a scenario: what goes wrong in it fails the scenario, whatever a flow makes of the answer.
  init(of script: BehaviourScript, on stage: ScenarioStage) {
    self.init(
      loop: stage.loop, randomness: SeededBytes(seed: stage.draw()),
      log: { text in
        for line in text.byteLines where !line.isEmpty { stage.note("behaviour", String(line)) }
      },
      report: { text in
        stage.note("behaviour", text)
        stage.noteProgramFailure(
          LuaFailure(
            value: .nil, message: "the behaviour failed: \(text)",
            place: LuaPlace(position: "", traceback: "")))
      })
    (staysOnLoop, seed, coverage) = (true, stage.draw(), script.coverage)
    begins = { stage.add($0) }
  }
}
