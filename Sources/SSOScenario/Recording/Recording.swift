//  Recording.swift - what programs asked and got in one run, to be kept or to be held against another.
//
//  Knows: a page for each service of each seed of each file; of two runs with one seed the last counts.
//  Does not know: files (Scenarios), how one exchange looks (RecordedExchange).

internal import StrictJSON
internal import Synchronization

/// Everything that was said in a run of scenarios.
public final class Recording: Sendable {
  struct Key: Hashable, Comparable {
    var file: String
    var seed: UInt64
    var service: Int

    static func < (a: Key, b: Key) -> Bool {
      (a.file, a.seed, a.service) < (b.file, b.seed, b.service)
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
  public func pages(of file: String) -> RecordingPages {
    { seed, service in RecordingPage(self, Key(file: file, seed: seed, service: service)) }
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

/// Gives the page of a service, by number, in the run of a seed.
public typealias RecordingPages = @Sendable (_ seed: UInt64, _ service: Int) -> RecordingPage

extension Recording.Key {
  init?(_ members: JSONObject) {
    guard let file = members["file"]?.asString, let service = members["service"]?.asInteger,
      let seed = members["seed"]?.asString.flatMap({ UInt64($0, radix: 16) })
    else { return nil }
    (self.file, self.seed, self.service) = (file, seed, Int(service))
  }

  var members: JSONObject {
    [
      "file": .string(file), "seed": .string(String(seed, radix: 16)),
      "service": .integer(Int64(service)),
    ]
  }
}

/// What one service is asked in one run.
public final class RecordingPage: Sendable {
  private struct State {
    var position = 0
    var difference: String?
  }

  private let recording: Recording
  private let key: Recording.Key
  /// What is to come; `nil` while it is recorded.
  private let expected: [RecordedExchange]?
  private let state = Mutex(State())

  init(_ recording: Recording, _ key: Recording.Key) {
    (self.recording, self.key) = (recording, key)
    expected = recording.open(key)
  }

  /// Takes what came of a request, and gives what the program is to get.
  func turn(_ exchange: RecordedExchange) -> RecordedExchange.Outcome {
    guard let expected else {
      recording.add(exchange, to: key)
      return exchange.outcome
    }
    return state.withLock { state in
      let known = state.position < expected.count ? expected[state.position] : nil
      state.position += 1
      if let known, known.asksLike(exchange) { return known.outcome }
      state.difference = state.difference ?? Self.difference(state.position, known, exchange)
      return exchange.outcome
    }
  }

  /// Where the run and the recording part, as soon as they do; at the end also what was not asked.
  func difference(isOver: Bool) -> String? {
    state.withLock { state in
      guard state.difference == nil, isOver, let expected, state.position < expected.count else {
        return state.difference
      }
      return Self.difference(state.position + 1, expected[state.position], nil)
    }
  }

  private static func difference(
    _ number: Int, _ known: RecordedExchange?, _ made: RecordedExchange?
  ) -> String {
    """
    request \(number) is not the recorded one
      recorded: \(known?.request ?? "(none)")
      made:     \(made?.request ?? "(none)")
    """
  }
}

extension ScenarioStage {
  /// Where what is said and the recording part first; see ``RecordingPage``.
  func difference(isOver: Bool) -> String? {
    services.compactMap(\.page).compactMap { $0.difference(isOver: isOver) }.first
  }
}
