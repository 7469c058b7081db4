//  ScenarioTrial.swift - one run, what there is to be told of it, and whether another one was like it.
//
//  Knows: a secret that shows and a difference between two runs are failures. Pure.

internal import StrictJSON

/// One run and what there is to be told of it.
struct ScenarioTrial {
  let attempt: ScenarioAttempt
  let seed: ReplaySeed
  /// Of this run alone.
  private(set) var report: ScenarioReport

  init(
    _ attempt: ScenarioAttempt, _ seed: ReplaySeed, _ blank: ScenarioReport,
    _ options: ScenarioRunOptions
  ) {
    (self.attempt, self.seed, report) = (attempt, seed, blank)
    report.show(attempt, seed, options)
  }

  var isGood: Bool { report.outcome == .passed }

  /// Whether it fails, and nothing else is wrong with it: no second try takes back what was shown.
  var onlyFails: Bool {
    attempt.failure != nil && report.leaks.isEmpty && report.difference == nil
  }

  /// Of what goes by something else than the seed, a smaller run says nothing.
  var canShrink: Bool { !isGood && attempt.stop == nil && report.difference == nil }

  mutating func differs(_ difference: String) {
    report.difference = difference
    if isGood { report.outcome = .failed }
  }

  /// Whether it fails at the same place, and shows secrets where the other does; a scenario that goes
  /// wrong is not a smaller failure.
  func failsLike(_ other: ScenarioTrial) -> Bool {
    let places = other.report.leakPlaces
    guard places.isEmpty || !places.isDisjoint(with: report.leakPlaces) else { return false }
    guard let known = other.attempt.failure else { return attempt.failure == nil && !isGood }
    guard let failure = attempt.failure else { return false }
    guard seed.step == nil else { return failure.verdict == known.verdict }
    return failure.place == known.place && (!attempt.isError || other.attempt.isError)
  }
}

extension ScenarioAttempt {
  /// Faults that chance drew, and what the property did.
  var decisions: ChanceDecisions { ChanceDecisions(made: stage.decided, drawn: stage.drawn) }

  /// Where two runs part.
  func difference(from other: ScenarioAttempt) -> String? {
    let isSame =
      stage.timeline.hash == other.stage.timeline.hash && failure?.message == other.failure?.message
      && output == other.output
    guard !isSame else { return nil }
    let (left, right) = (stage.timeline.events, other.stage.timeline.events)
    guard let place = left.difference(from: right) else {
      return writtenDifference(from: other) ?? passedDifference(from: other)
        ?? "the same events, and another end: \(failure?.message ?? "passed")"
    }
    let line = { (events: KeptEvents) in events[place]?.line ?? "(nothing)" }
    let isAfterGap = [left, right].contains { !$0.gap.isEmpty && place >= $0.gap.upperBound }
    let name = "event \(place + 1)" + (isAfterGap ? ", behind events that are not kept" : "")
    guard line(left) != line(right) else {
      return "\(name), in what is sent or written there:\n  \(line(left))"
    }
    return "\(name):\n  first  \(line(left))\n  second \(line(right))"
  }

  /// That they part where neither keeps its events.
  private func passedDifference(from other: ScenarioAttempt) -> String? {
    let gap = stage.timeline.events.gap
    guard !gap.isEmpty, stage.timeline.hash != other.stage.timeline.hash else { return nil }
    return "among the events \(gap.lowerBound + 1) to \(gap.upperBound), which are not kept"
  }

  /// The first line that differs in what programs and the scenario have written.
  private func writtenDifference(from other: ScenarioAttempt) -> String? {
    for (process, twin) in zip(stage.processes, other.stage.processes) {
      let streams = zip(["standard output", "standard error"], zip(process.written, twin.written))
      for (name, (bytes, others)) in streams where bytes != others {
        let texts = [bytes, others].map { String(decoding: $0, as: UTF8.self) }
        return Self.line("process \(process.number), \(name)", texts[0], texts[1])
      }
    }
    return output == other.output
      ? nil : Self.line("output of the scenario", output, other.output)
  }

  private static func line(_ place: String, _ first: String, _ second: String) -> String {
    let (left, right) = (first.byteLines, second.byteLines)
    let index = zip(left, right).enumerated()
      .first { !$0.element.0.utf8.elementsEqual($0.element.1.utf8) }?.offset
    let place = (place, index ?? min(left.count, right.count))
    let line = { (lines: [Substring]) in
      lines.indices.contains(place.1) ? String(lines[place.1].prefix(200)) : "(nothing)"
    }
    return "\(place.0), line \(place.1 + 1):\n  first  \(line(left))\n  second \(line(right))"
  }
}

extension ScenarioFailure {
  /// What does not hold after the end of a flow by force, which is at no place: without what was found.
  fileprivate var verdict: Substring { message.prefix { $0 != ":" } }

  /// Where it failed: what is at no line of the scenario names another one in its words, or what it
  /// expected.
  fileprivate var place: Substring {
    guard position.isEmpty else { return position[...] }
    return message.firstMatch(of: /:[0-9]+:|, got/).map { message[..<$0.range.upperBound] } ?? ""
  }
}

extension ScenarioReport {
  /// The same, of what was not run to its end.
  var unfinished: ScenarioReport {
    var report = self
    if outcome == .passed { report.outcome = .unfinished }
    return report
  }

  /// Takes the end of a run in; one that passes does not make an earlier flaky one forgotten.
  mutating func take(_ trial: ScenarioTrial) {
    guard outcome != .flaky || !trial.isGood else { return }
    let before = self
    self = trial.report
    (seeds, crashes) = (before.seeds, before.crashes)
    virtualTime = before.virtualTime
    (rules, faultIDs) = (before.rules, before.faultIDs)
    if trial.isGood { traceHash = before.traceHash }
  }

  fileprivate mutating func show(
    _ attempt: ScenarioAttempt, _ trial: ReplaySeed, _ options: ScenarioRunOptions
  ) {
    (seed, chance, crashPoint) = (trial.seed, trial.chance, trial.step)
    failure = attempt.failure
    traceHash = attempt.stage.timeline.hash
    events = attempt.stage.timeline.events.last(options.eventCount ?? .max)
    faults = attempt.stage.allStrikes
    draws = attempt.stage.allDraws
    output = attempt.output
    used = attempt.stage.used
    hideSecrets(of: attempt.stage)
    if failure != nil {
      outcome = attempt.isError ? .error : .failed
    } else {
      outcome = leaks.isEmpty ? .passed : .failed
    }
  }

  /// Where secrets showed.
  fileprivate var leakPlaces: Set<Substring> { Set(leaks.map { $0.prefix { $0 != ":" } }) }
}
