//  RecentValues.swift - a few values by their keys, of which the oldest goes. Pure.

/// What was added last.
package struct RecentValues<Key: Equatable & Sendable, Value: Sendable>: Sendable {
  private let limit: Int
  private var entries: [(key: Key, value: Value)] = []

  package init(limit: Int) { self.limit = limit }

  package subscript(key: Key) -> Value? { entries.first { $0.key == key }?.value }

  package mutating func add(_ value: Value, for key: Key) {
    if entries.count == limit { entries.removeFirst() }
    entries.append((key, value))
  }
}
