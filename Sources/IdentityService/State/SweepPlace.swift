//  SweepPlace.swift - how far a sweep has come, and which rows are its next part.
//
//  Knows: a small state is swept by one request, a large one by many, so that none is kept waiting
//  by the whole of it. Where the parts end depends on names of rows only: the order of a dictionary
//  is another one in every run.
//  Does not know: which rows are dead (ServiceState).

/// Where a sweep goes on.
struct SweepPlace: Sendable, Equatable {
  /// In the order of a sweep: sign-ins before the tokens that end with them.
  enum Table: Int, CaseIterable {
    case clients, flows, families, authorizationCodes, accessTokens, refreshTokens, guesses
  }

  /// From the end of a sweep to the next one.
  static let interval = Duration.seconds(60)
  /// From one part of a sweep to the next one: there is time for other requests, and for a store.
  static let pause = Duration.milliseconds(100)
  /// As many requests are a pause, too: a virtual clock may stand still.
  static let mostRequests = 100
  /// About as many rows does one request look at.
  static let rowsAtOnce = 4096

  private(set) var table = Table.clients
  private var part = SweepPart.whole

  /// Whether no sweep is under way.
  var isStart: Bool { self == SweepPlace() }

  /// The part of a table with so many rows that is next; how many there are is settled by the first.
  func next(of rows: Int) -> SweepPart {
    part.number == 0 ? SweepPart(number: 0, count: 1 + rows / (Self.rowsAtOnce + 1)) : part
  }

  /// Goes on to the next part, or the next table, or back to the start.
  mutating func goOn(after done: SweepPart) {
    part = SweepPart(number: done.number + 1, count: done.count)
    guard part.number == done.count else { return }
    (table, part) = (Table(rawValue: table.rawValue + 1) ?? .clients, .whole)
  }
}

/// Some of the rows of a table.
struct SweepPart: Sendable, Equatable {
  static let whole = Self(number: 0, count: 1)

  let number: Int
  let count: Int

  /// Whether a row of this name is in it.
  func holds(_ key: some SweepKey) -> Bool {
    count == 1 || key.lot.multipliedFullWidth(by: UInt64(count)).high == UInt64(number)
  }
}

/// The name of a row.
protocol SweepKey: Hashable {
  /// Spreads rows over all numbers, the same in every run, and in the order of the names: a store
  /// forgets neighbours several times faster than rows from everywhere.
  var lot: UInt64 { get }
}

extension String: SweepKey {
  /// By the first two letters, in base64url if the name was drawn; to read all would take longer.
  var lot: UInt64 {
    var letters = utf8.makeIterator()
    return (Self.rank(letters.next()) << 6 | Self.rank(letters.next())) << 52
  }

  private static func rank(_ letter: UInt8?) -> UInt64 {
    switch letter ?? 0 {
    case let digit where 48...57 ~= digit: UInt64(digit) - 47
    case let capital where 65...90 ~= capital: UInt64(capital) - 54
    case UInt8(ascii: "_"): 37
    case let small where 97...122 ~= small: UInt64(small) - 59
    default: 0
    }
  }
}

extension UserCode: SweepKey {
  var lot: UInt64 {
    var letters = letters.utf8.makeIterator()
    let next = { UInt64(letters.next() ?? 66) - 66 }
    return (next() * 25 + next()) * (UInt64.max / 625)
  }
}

/// There are few of them: it does not matter that addresses begin alike.
extension GuessKey: SweepKey {
  var lot: UInt64 {
    switch self {
    case .session(let name), .address(let name), .secrets(let name): name.lot
    case .others, .everyone: 0
    }
  }
}
