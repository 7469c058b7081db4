//  JSONObject.swift - the members of a JSON object, in order.
//
//  Knows: each name occurs once; names compare byte by byte, not by Unicode equivalence.

/// The members of a JSON object in the order they were written, each name once.
///
/// Look-up walks the members: objects on the wire have a dozen, and a hash table would cost more.
/// Two objects are equal when they have equal members in the same order.
public struct JSONObject: Sendable, Equatable, Sequence, ExpressibleByDictionaryLiteral {
  /// One member.
  public typealias Element = (key: String, value: JSON)

  private var members: [Element] = []

  /// Makes an object without members.
  public init() {}

  /// Makes an object of `pairs`; of two with one name the later value wins, in the earlier place.
  public init(_ pairs: [(String, JSON)]) {
    var names = NameSet()
    for (key, value) in pairs {
      if names.insert(key, members: members) {
        members.append((key, value))
      } else {
        self[key] = value
      }
    }
  }

  /// Makes an object of literal pairs; of two with one name the later value wins.
  public init(dictionaryLiteral elements: (String, JSON)...) { self.init(elements) }

  /// The value under `key`; setting replaces in place or appends, `nil` removes.
  public subscript(_ key: String) -> JSON? {
    get { members.first { $0.key.hasSameBytes(as: key) }?.value }
    set {
      guard let index = members.firstIndex(where: { $0.key.hasSameBytes(as: key) }) else {
        if let newValue { add(key, newValue) }
        return
      }
      if let newValue { members[index].value = newValue } else { members.remove(at: index) }
    }
  }

  /// The same members in the order of their names.
  public var inOrderOfNames: JSONObject {
    var object = self
    object.members.sort { $0.key < $1.key }
    return object
  }

  /// How many members there are.
  public var count: Int { members.count }

  /// Whether there are none.
  public var isEmpty: Bool { members.isEmpty }

  /// The names, in order.
  public var keys: [String] { members.map(\.key) }

  /// Walks the members in order.
  public func makeIterator() -> IndexingIterator<[Element]> { members.makeIterator() }

  /// Equality of names, values and order.
  public static func == (left: Self, right: Self) -> Bool {
    left.members.count == right.members.count
      && zip(left.members, right.members).allSatisfy {
        $0.key.hasSameBytes(as: $1.key) && $0.value == $1.value
      }
  }

  /// Makes room for `count` members.
  public mutating func reserveCapacity(_ count: Int) { members.reserveCapacity(count) }

  /// Adds a member unless its name is taken.
  ///
  /// - Returns: Whether it was added.
  mutating func append(_ key: String, _ value: JSON, names: inout NameSet) -> Bool {
    guard names.insert(key, members: members) else { return false }
    add(key, value)
    return true
  }

  /// Most objects have some members: room for them is made once.
  private mutating func add(_ key: String, _ value: JSON) {
    if members.isEmpty { members.reserveCapacity(8) }
    members.append((key, value))
  }
}

/// The names taken so far: looked up in the members themselves while these are few.
struct NameSet {
  /// From here on a hash table is faster, and an object of many names stays linear in time.
  private static let few = 16
  private var taken: Set<[UInt8]> = []

  /// Takes `name`.
  ///
  /// - Returns: Whether it was free.
  mutating func insert(_ name: String, members: [JSONObject.Element]) -> Bool {
    guard members.count >= Self.few else {
      return !members.contains { $0.key.hasSameBytes(as: name) }
    }
    if taken.isEmpty { taken = Set(members.map { Array($0.key.utf8) }) }
    return taken.insert(Array(name.utf8)).inserted
  }
}
