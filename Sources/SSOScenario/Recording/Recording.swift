//  Recording.swift - what programs asked and got in one run, to be kept or to be held against another.
//
//  Knows: a page for each service of each run of each scenario; of two runs with one seed the
//  last counts.
//  Does not know: files (Scenarios), how one exchange looks (RecordedExchange).

internal import SSOScript
internal import StrictJSON
internal import Synchronization

/// Everything that was said in a run of scenarios.
public final class Recording: Sendable {
  struct Key: Hashable, Comparable {
    var file: String
    var place: RecordingPlace

    static func < (a: Key, b: Key) -> Bool {
      let (left, right) = (a.place, b.place)
      return (a.file, left.scenario, left.seed, left.service)
        < (b.file, right.scenario, right.seed, right.service)
    }
  }

  private let isKept: Bool
  private let pages: Mutex<[Key: [RecordedExchange]]>

  /// Is to be filled.
  public init() {
    isKept = false
    pages = Mutex([:])
  }

  /// Reads what ``text`` gave; `nil` for anything else.
  public init?(_ bytes: [UInt8]) {
    isKept = true
    var pages: [Key: [RecordedExchange]] = [:]
    for line in bytes.split(separator: 10) {
      guard let members = (try? JSON.parse(Array(line)))?.asObject, let key = Key(members),
        let exchange = RecordedExchange(members)
      else { return nil }
      pages[key, default: []].append(exchange)
    }
    self.pages = Mutex(pages)
  }

  /// One exchange a line, as JSON.
  public var text: String {
    let pages = pages.withLock { $0 }
    let lines = pages.keys.sorted().flatMap { key in
      (pages[key] ?? []).compactMap { exchange -> String? in
        var members = key.members
        for (name, value) in exchange.members { members[name] = value }
        return (try? JSON.object(members).encoded()).map { String(decoding: $0, as: UTF8.self) }
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// The pages of one scenario file.
  ///
  /// - Parameters:
  ///   - file: Its name in the recording, the same however it is typed.
  ///   - settings: Of the run; the recording holds none of their secrets.
  /// - Returns: What gives them.
  public func pages(of file: String, _ settings: ScenarioSettings = .init()) -> RecordingPages {
    let hidden = settings.secrets.isEmpty ? nil : settings.keeper
    return { RecordingPage(self, Key(file: file, place: $0), hiding: hidden) }
  }

  /// What is to come; `nil` where it is to be filled.
  fileprivate func open(_ key: Key) -> [RecordedExchange]? {
    pages.withLock { pages in
      if isKept { return pages[key] ?? [] }
      pages[key] = []
      return nil
    }
  }

  fileprivate func add(_ exchange: RecordedExchange, to key: Key) {
    pages.withLock { $0[key, default: []].append(exchange) }
  }
}

/// Gives the page of a service.
public typealias RecordingPages = @Sendable (RecordingPlace) -> RecordingPage

/// Who is asked in a file, and when.
public struct RecordingPlace: Sendable, Hashable {
  /// Number in the file, from 1: names may come twice, and `--replay` gives one seed to all.
  var scenario: Int
  var seed: UInt64
  /// Number in the scenario, from 1.
  var service: Int
}

extension Recording.Key {
  init?(_ members: JSONObject) {
    guard let file = members["file"]?.asString, let service = members["service"]?.asInteger,
      let scenario = members["scenario"]?.asInteger,
      let seed = members["seed"]?.asString.flatMap({ UInt64($0, radix: 16) })
    else { return nil }
    self.file = file
    place = RecordingPlace(scenario: Int(scenario), seed: seed, service: Int(service))
  }

  var members: JSONObject {
    [
      "file": .string(file), "scenario": .integer(Int64(place.scenario)),
      "seed": .string(String(place.seed, radix: 16)), "service": .integer(Int64(place.service)),
    ]
  }
}

/// What one service is asked in one run.
public final class RecordingPage: Sendable {
  private struct State {
    var position = 0
    var difference: String?
    var isClosed = false
  }

  private let recording: Recording
  private let key: Recording.Key
  /// Secrets of the command line, which no recording holds.
  private let hidden: SecretKeeper?
  /// What is to come; `nil` while it is recorded.
  private let expected: [RecordedExchange]?
  private let state = Mutex(State())

  init(_ recording: Recording, _ key: Recording.Key, hiding hidden: SecretKeeper?) {
    (self.recording, self.key, self.hidden) = (recording, key, hidden)
    expected = recording.open(key)
  }

  /// What still comes does not belong to the run: it may come in time, or not.
  func close() { state.withLock { $0.isClosed = true } }

  /// Takes what came of a request.
  ///
  /// - Parameters:
  ///   - exchange: The request, and what came of it.
  ///   - secrets: Learn those of the recorded request before anybody is shown it.
  /// - Returns: What the program is to get.
  func turn(
    _ exchange: RecordedExchange, hiding secrets: SecretKeeper
  ) -> RecordedExchange.Outcome {
    state.withLock { state in
      guard !state.isClosed else { return exchange.outcome }
      let shown = hidden.map(exchange.hiding) ?? exchange
      guard let expected else {
        recording.add(shown, to: key)
        return exchange.outcome
      }
      let known = state.position < expected.count ? expected[state.position] : nil
      state.position += 1
      if let known, known.asksLike(shown) { return known.outcome }
      state.difference =
        state.difference ?? Self.difference(state.position, known, shown, secrets)
      return exchange.outcome
    }
  }

  /// Where the run and the recording part, as soon as they do; at the end also what was not asked.
  func difference(isOver: Bool, hiding secrets: SecretKeeper) -> String? {
    state.withLock { state in
      guard state.difference == nil, isOver, let expected, state.position < expected.count else {
        return state.difference
      }
      return Self.difference(state.position + 1, expected[state.position], nil, secrets)
    }
  }

  private static func difference(
    _ number: Int, _ known: RecordedExchange?, _ made: RecordedExchange?,
    _ secrets: SecretKeeper
  ) -> String {
    if let known { secrets.remember(known.asked) }
    return """
      request \(number) is not the recorded one
        recorded: \(known?.legibleRequest ?? "(none)")
        made:     \(made?.request ?? "(none)")
      """
  }
}

extension ScenarioStage {
  /// Where what is said and the recording part first; see ``RecordingPage``.
  func difference(isOver: Bool) -> String? {
    services.compactMap(\.page)
      .compactMap { $0.difference(isOver: isOver, hiding: secrets) }.first
  }
}
