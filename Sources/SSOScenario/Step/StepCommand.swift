//  StepCommand.swift - what a person says who goes through a scenario step by step. Pure.

internal import SSOOIDC

/// One line at the prompt.
enum StepCommand: Sendable, Equatable {
  case next
  case run
  /// Up to this time of the scenario.
  case until(Duration)
  /// The last events, so many.
  case timeline(Int)
  case service, processes, files, help, quit

  /// Why a line is none.
  struct Problem: Error, Equatable {
    let words: String
  }

  private static let words: [(name: String, command: StepCommand)] = [
    ("next", .next), ("continue", .run), ("service", .service), ("processes", .processes),
    ("files", .files), ("help", .help), ("quit", .quit),
  ]
  private static let names = words.map(\.name) + ["until", "timeline"]

  static let helpText = """
    next, n, or an empty line  lets time move once
    continue, c                goes on to the end of the scenario
    until TIME, u              goes on to this time of the scenario, such as 42s
    timeline [N], t            the last events
    service, s                 what the services know; codes are masked
    processes, p               the programs, and the last word of each
    files, f                   what is on the disks
    quit, q                    ends the run; reports are written
    """

  /// Reads a line; words may be cut short.
  init(_ line: String) throws(Problem) {
    let parts = line.split { $0 == " " || $0 == "\t" }.map(String.init)
    guard let word = parts.first else {
      self = .next
      return
    }
    let found = Self.names.filter { $0.hasPrefix(word.lowercased()) }
    guard let name = found.first, found.count == 1 || word == "?" else {
      if word == "?" {
        self = .help
        return
      }
      let near = Spelling.nearest(to: word, among: Self.names).map { "; did you mean \($0)?" }
      throw Problem(
        words: "there is no \"\(word.prefix(40))\"\(near ?? ""); help lists what there is")
    }
    switch (name, parts.dropFirst().first) {
    case ("until", let text): self = .until(try Self.time(text))
    case ("timeline", nil): self = .timeline(FailureText.eventCount)
    case ("timeline", let text?):
      guard let count = Int(text), (1...100_000).contains(count) else {
        throw Problem(words: "timeline: a number of events, such as 20")
      }
      self = .timeline(count)
    case (_, let more?):
      throw Problem(words: "\(name) stands alone, without \"\(more.prefix(40))\"")
    case (_, nil): self = Self.words.first { $0.name == name }?.command ?? .help
    }
  }

  private static func time(_ text: String?) throws(Problem) -> Duration {
    guard let time = text.flatMap({ ScenarioRunOptions.duration($0) }) else {
      throw Problem(words: "until: a time of the scenario, such as 42s or 1h")
    }
    return time
  }
}

/// How far to go before the next stop.
struct StepPlan: Sendable, Equatable {
  enum Mode: Sendable, Equatable {
    case step
    case run
    case until(Duration)
  }

  private(set) var mode = Mode.step
  /// Events that were shown.
  private(set) var shown = 0

  /// Another scenario begins.
  mutating func begin() {
    shown = 0
    if !isOver { mode = .step }
  }

  /// Whether nothing is asked any more.
  private(set) var isOver = false

  /// Whether to stop before time moves to this moment of the scenario.
  func stops(before next: Duration) -> Bool {
    switch mode {
    case .step: true
    case .run: false
    case .until(let time): next >= time
    }
  }

  /// How many events are new, of all so far.
  mutating func new(of count: Int) -> Int {
    defer { shown = max(shown, count) }
    return max(0, count - shown)
  }

  /// Whether time is to move now; else there is something to be said.
  mutating func take(_ command: StepCommand, at now: Duration) throws(StepCommand.Problem) -> Bool {
    switch command {
    case .next: mode = .step
    case .run: mode = .run
    case .until(let time):
      guard time > now else {
        throw StepCommand.Problem(
          words: "until: it is \(TimelineEvent.seconds(now)) s; time does not go back")
      }
      mode = .until(time)
    case .quit: (mode, isOver) = (.run, true)
    case .timeline, .service, .processes, .files, .help: return false
    }
    return true
  }
}
