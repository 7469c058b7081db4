//  Timeline.swift - what happened in a scenario, in order, and the number that two equal runs share.

internal import StrictJSON
internal import Synchronization

/// One thing that happened.
public struct TimelineEvent: Sendable, Equatable {
  /// Since the start of the scenario.
  public var time: Duration
  /// Who: `flow`, `service`, `person`, `disk`, `clock`; `…` where events are not kept.
  public var actor: String
  /// What; holds no secret.
  public var text: String
  /// Of what was sent or written in it: equal for equal bytes, 0 for none.
  var digest: UInt64 = 0

  /// `  42.000 s  person   approves BCDF-GHJK`.
  public var line: String {
    let seconds = Self.seconds(time)
    return String(repeating: " ", count: max(0, 10 - seconds.count)) + seconds + " s  "
      + actor + String(repeating: " ", count: max(1, 9 - actor.count)) + text
  }

  /// Three digits behind the point.
  static func seconds(_ time: Duration) -> String {
    let (seconds, attoseconds) = time.components
    let digits = String(1000 + attoseconds / 1_000_000_000_000_000)
    return "\(seconds).\(digits.dropFirst())"
  }
}

/// The events of one scenario.
final class Timeline: Sendable {
  fileprivate struct State {
    var events: KeptEvents
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    var isOver = false
    /// What was sent or written last: polls are all alike.
    var latest = (content: [UInt8](), digest: UInt64(0))
  }
  private let state: Mutex<State>

  /// - Parameter limit: How many events are kept at each end.
  init(limit: Int) { state = Mutex(State(events: KeptEvents(limit: limit))) }

  /// Takes an event in, and of what was sent or written in it the digest.
  func add(_ time: Duration, _ actor: String, _ text: String, _ content: [UInt8] = []) {
    state.withLock { state in
      guard !state.isOver else { return }
      let digest = state.digest(content)
      state.mix(actor)
      state.mix(text)
      state.mix(UInt64(truncatingIfNeeded: time.components.seconds))
      state.mix(UInt64(truncatingIfNeeded: time.components.attoseconds))
      state.mix(digest)
      state.events.append(TimelineEvent(time: time, actor: actor, text: text, digest: digest))
    }
  }

  /// Takes in what is no event: all that a program wrote.
  func add(_ content: [UInt8]) {
    let digest = Self.digest(content)
    state.withLock { state in
      if !state.isOver { state.mix(digest) }
    }
  }

  /// Eight bytes at a time: requests are longer than what events say, and there are many.
  fileprivate static func digest(_ bytes: [UInt8]) -> UInt64 {
    let whole = bytes.count & ~7
    var hash = UInt64(bytes.count)
    for start in stride(from: 0, to: whole, by: 8) {
      hash = mixed(hash, bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) })
    }
    return mixed(hash, bytes[whole...].reduce(1) { $0 << 8 | UInt64($1) })
  }

  private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let product = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    return product ^ product >> 32
  }

  /// What is still heard of after the end does not belong to it: it may come in time, or not.
  func end() { state.withLock { $0.isOver = true } }

  var events: KeptEvents { state.withLock { $0.events } }
  /// FNV-1a over everything that happened: equal for equal runs.
  var hash: UInt64 { state.withLock { $0.hash } }
}

extension Timeline.State {
  fileprivate mutating func digest(_ content: [UInt8]) -> UInt64 {
    if content.isEmpty { return 0 }
    if !content.hasSameBytes(as: latest.content) { latest = (content, Timeline.digest(content)) }
    return latest.digest
  }

  fileprivate mutating func mix(_ text: String) {
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    hash = (hash ^ 0xFF) &* 0x100_0000_01B3
  }

  fileprivate mutating func mix(_ number: UInt64) {
    hash = (hash ^ number) &* 0x100_0000_01B3
  }
}
