//  Slots.swift - host objects by handle: a number that rises, never a pointer.

/// Values that scripts name by number; a number is never valid for two values.
struct Slots<Value> {
  private var values: [Int64: Value] = [:]
  private var next: Int64 = 1

  /// Keeps a value and gives its handle.
  mutating func add(_ value: Value) -> Int64 {
    defer { next += 1 }
    values[next] = value
    return next
  }

  /// The value, while it is kept.
  subscript(handle: Int64) -> Value? {
    get { values[handle] }
    set { values[handle] = newValue }
  }

  /// Gives the value that is kept no longer.
  mutating func remove(_ handle: Int64) -> Value? { values.removeValue(forKey: handle) }

  /// How many are kept.
  var count: Int { values.count }
}
