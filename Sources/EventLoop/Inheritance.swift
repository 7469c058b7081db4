//  Inheritance.swift - what a program that is started must not keep.

internal import Synchronization

/// Who makes a descriptor and who starts a program, one after the other.
///
/// A descriptor is marked as close-on-exec after it was made, since Swift sees neither pipe2 nor
/// accept4: a program that is started in between would have it for as long as it runs.
package enum Inheritance {
  private static let turn = Mutex<Void>(())

  /// Does it while no other does.
  package static func inTurn<Value: Sendable, Failure: Error>(
    _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try turn.withLock { _ throws(Failure) in try body() }
  }
}
