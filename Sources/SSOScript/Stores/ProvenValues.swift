//  ProvenValues.swift - values by their keys: those that were good for something stay, of others the last. Pure.

/// What took time to make, under keys that anybody may hand in.
package struct ProvenValues<Key: Hashable & Sendable, Value: Sendable>: Sendable {
  private var proven: [Key: Value] = [:]
  private var last: (key: Key, value: Value)?

  package init() {}

  package subscript(key: Key) -> Value? {
    proven[key] ?? last.flatMap { $0.key == key ? $0.value : nil }
  }

  /// Keeps a value until the next one.
  package mutating func add(_ value: Value, for key: Key) { last = (key, value) }

  /// Keeps what is under `key` for good.
  package mutating func prove(_ key: Key) { proven[key] = self[key] }
}
