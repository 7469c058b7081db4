//  KeptEvents.swift - the first and the last events of a scenario, however many there are. Pure.
//
//  Knows: of events that are not kept, each text once and what people did: secrets and the protocol's
//  rules are looked for in all.

/// The events of a scenario; of too many those at both ends.
struct KeptEvents {
  /// How many are kept at each end.
  static let usual = 50_000

  private let limit: Int
  private var first: [TimelineEvent] = []
  /// A ring, once it is full.
  private var last: [TimelineEvent] = []
  /// Where the oldest of the last ones is.
  private var oldest = 0
  private var passedTexts: Set<String> = []
  private var passedActs: [String] = []
  /// Of all that happened.
  private(set) var count = 0

  init(limit: Int = KeptEvents.usual) { self.limit = max(1, limit) }

  mutating func append(_ event: TimelineEvent) {
    count += 1
    if first.count < limit { return first.append(event) }
    if last.count < limit { return last.append(event) }
    let passed = last[oldest]
    last[oldest] = event
    oldest = (oldest + 1) % limit
    passedTexts.insert(passed.text)
    if passed.isAct { passedActs.append(passed.text) }
  }

  /// The numbers, from 0, of those that are not kept.
  var gap: Range<Int> { first.count..<count - last.count }

  /// The last ones; in the place of those that are not kept stands how many they are.
  func last(_ number: Int) -> [TimelineEvent] {
    let late = inOrder.suffix(number)
    let missing = min(gap.count, number - late.count)
    let early = first.suffix(number - late.count - missing)
    guard missing > 0, let time = late.first?.time else { return Array(early + late) }
    return Array(early) + [.gap(of: missing, before: time)] + late
  }

  /// What happened, each text once.
  var texts: Set<String> {
    let texts = Set(first.map(\.text))
    return last.isEmpty ? texts : texts.union(last.map(\.text)).union(passedTexts)
  }

  /// What people did, in order.
  var acts: [String] {
    first.filter(\.isAct).map(\.text) + passedActs + inOrder.filter(\.isAct).map(\.text)
  }

  /// The last ones, the oldest first.
  private var inOrder: ArraySlice<TimelineEvent> { last[oldest...] + last[..<oldest] }

  /// Where two runs part: the number of the first event, of those that both keep.
  func difference(from other: Self) -> Int? {
    (0..<max(count, other.count)).first { number in
      !gap.contains(number) && !other.gap.contains(number) && self[number] != other[number]
    }
  }

  /// `nil` of one that is not kept, or did not happen.
  subscript(number: Int) -> TimelineEvent? {
    if number < first.count { return first[number] }
    guard number >= gap.upperBound, number < count else { return nil }
    return last[(oldest + number - gap.upperBound) % last.count]
  }
}

extension TimelineEvent {
  fileprivate var isAct: Bool { actor == "person" }

  fileprivate static func gap(of count: Int, before time: Duration) -> Self {
    Self(time: time, actor: "…", text: "\(ReportText.count(count, "event")) not kept")
  }
}
