//  Locked.swift - a value behind a lock that the thread sanitizer can see.
//
//  Why not Mutex alone: its code lies in an uninstrumented library, so the sanitizer reports every
//  access under it as a race. An acquire and a release of our own (plain moves on x86) tell it.

internal import Synchronization

struct Locked<Value>: ~Copyable, Sendable {
  private let mutex: Mutex<Value>
  private let visible = Atomic<Bool>(false)

  init(_ value: sending Value) { mutex = Mutex(value) }

  func withLock<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
    mutex.withLock { value in
      _ = visible.load(ordering: .acquiring)
      defer { visible.store(true, ordering: .releasing) }
      return body(&value)
    }
  }
}
