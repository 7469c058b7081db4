//  Promises.swift - what must hold at every moment of a run, whatever goes wrong.
//
//  Knows: the promises that scenarios name by a phrase.

internal import IdentityService
internal import SSOOIDC
internal import SSOScript
internal import StrictJSON

extension ScenarioLibrary {
  var promises: [APIFunction] {
    [
      promise("always", "Holds at every moment of a run.", Promise.always),
      promise("never", "Holds at no moment of a run.", Promise.never),
      APIFunction(
        "_G.assert", "final", "Holds for what is left on a disk.",
        .positional([
          APIParameter("home", .object("home")), APIParameter("promise", .string),
        ]),
        { arguments, _ throws(ScriptFailure) in
          guard case .home(let home)? = self.object(in: arguments["home"]) else {
            throw .misuse("assert.final: expected what sim.home gives")
          }
          try Promise.check(
            arguments.text("promise") ?? "", Promise.final, "assert.final"
          )(home.disk.look { $0.nodes })
          return .none
        }),
    ]
  }

  private func promise(
    _ name: String, _ summary: String, _ known: [String: Promise.OfRun]
  ) -> APIFunction {
    APIFunction(
      "_G.assert", name, summary,
      .positional([APIParameter("run", .object("run")), APIParameter("promise", .string)]),
      { arguments, _ throws(ScriptFailure) in
        let stage = try self.stage(for: "assert.\(name)")
        guard case .run(let run)? = self.object(in: arguments["run"]) else {
          throw .misuse("assert.\(name): expected what sim.run gives")
        }
        try Promise.check(arguments.text("promise") ?? "", known, "assert.\(name)")(run, stage)
        return .none
      })
  }
}

enum Promise {
  typealias OfRun = @Sendable (ProcessResult, ScenarioStage) throws(ScriptFailure) -> Void
  typealias OfFiles = @Sendable ([DiskPath: DiskNode]) throws(ScriptFailure) -> Void

  static let always: [String: OfRun] = [
    "poll gap >= announced interval": { run, _ throws(ScriptFailure) in try checkGaps(run) },
    "it ends by itself": { run, _ throws(ScriptFailure) in
      guard run.exit == 7 else { return }
      throw .expected(
        "the run was stopped at its limit after \(ScenarioDuration.text(run.elapsed))")
    },
  ]

  static let never: [String: OfRun] = [
    "token or secret in output, error or trace": { run, stage throws(ScriptFailure) in
      let text = [run.errorText, run.failure ?? ""].joined(separator: "\n")
      if let shown = SecretSearch(stage).redacted(text) {
        throw .expected("a secret is shown:\n\(shown)")
      }
    },
    "a refresh token sent more than twice": { run, _ throws(ScriptFailure) in
      let sent = run.calls.filter { $0.kind.grant == .refreshToken && $0.isSent }
      let count = Dictionary(grouping: sent, by: \.credential).values.map(\.count).max() ?? 0
      guard count > 2 else { return }
      throw .expected("one refresh token was sent \(count) times")
    },
  ]

  static let final: [String: OfFiles] = [
    "cache is absent or whole and 0600": { files throws(ScriptFailure) in try checkCache(files) }
  ]

  /// The promise of a phrase.
  static func check<Check>(
    _ phrase: String, _ known: [String: Check], _ place: String
  ) throws(ScriptFailure) -> Check {
    if let check = known[phrase] { return check }
    let phrases = known.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
    throw .misuse("\(place): unknown promise \"\(phrase.prefix(80))\"; there are \(phrases)")
  }

  /// RFC 8628, 3.5: after an answer the client waits at least the interval.
  ///
  /// It is five seconds longer with each slow_down. A poll that got no answer of the service may be repeated sooner.
  private static func checkGaps(_ run: ProcessResult) throws(ScriptFailure) {
    var logins: [Secret?: Polling] = [:]
    for call in run.calls {
      if call.kind.operation == .startDeviceAuthorization, call.status == 200 {
        logins[call.deviceCode] = Polling(interval: call.interval, answered: call.ended)
      }
      guard call.kind.grant == .deviceCode else { continue }
      try logins[call.credential, default: Polling()].note(call)
    }
  }

  /// What one login, by one device code, has to wait for.
  private struct Polling {
    var interval = Duration.seconds(5)
    var answered: Duration?
    var number = 0

    mutating func note(_ poll: ServiceCall) throws(ScriptFailure) {
      number += 1
      if let answered, poll.began - answered < interval {
        throw .expected(
          "poll \(number) came \(ScenarioDuration.text(poll.began - answered)) after the last "
            + "answer, at \(TimelineEvent.seconds(poll.began)) s; the interval is "
            + ScenarioDuration.text(interval))
      }
      if poll.error == "slow_down" { interval += .seconds(5) }
      answered = poll.isAnswered ? poll.ended : nil
    }
  }

  /// Every JSON file below the home.
  private static func checkCache(_ nodes: [DiskPath: DiskNode]) throws(ScriptFailure) {
    let files = nodes.filter { path, node in
      SystemPath.isBelow(path.description, DiskTree.home)
        && path.description.hasByteSuffix(".json") && node.bytes != nil
    }
    for (path, node) in files.sorted(by: { $0.key < $1.key }) {
      guard node.mode & 0o077 == 0 else {
        throw .expected("\(path) can be read by others (0\(String(node.mode, radix: 8)))")
      }
      guard let bytes = node.bytes, (try? JSON.parse(bytes)) != nil else {
        throw .expected("\(path) is not whole: \(node.bytes?.count ?? 0) bytes that are no JSON")
      }
    }
  }
}

/// Looks for the secrets of a scenario in a text, in each form that a ``SecretKeeper`` knows.
struct SecretSearch {
  private let keeper: SecretKeeper

  init(_ stage: ScenarioStage) { keeper = stage.secrets }

  /// A text with each secret replaced.
  func cleaned(_ text: String) -> String { text.isEmpty ? text : keeper.redact(text) }

  /// Whether there may be a secret in one of them.
  func mayFind(in texts: Set<String>) -> Bool { keeper.mayRedact(texts) }

  /// The lines of a text with a secret in them, without it; nil when there is none.
  func redacted(_ text: String) -> String? {
    guard !text.isEmpty else { return nil }
    let clean = keeper.redact(text)
    guard !clean.hasSameBytes(as: text) else { return nil }
    let lines = clean.byteLines.filter { $0.utf8.contains("<secret>".utf8) }
    return lines.prefix(5).map { "  \($0)" }.joined(separator: "\n")
  }
}
