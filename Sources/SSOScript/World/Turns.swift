//  Turns.swift - the door by which a simulated program lets others go first.

/// Turns of other programs before this one goes on.
///
/// On a real machine another program may always come in between. In a simulated one somebody has to
/// decide who is next: this door is asked before each use of the disk.
public protocol WorldTurns: Sendable {
  /// How many turns others get first.
  ///
  /// - Parameter use: For messages: `os.rename`.
  /// - Returns: 0 where the program goes on at once.
  func owed(before use: String) -> Int
  /// Gives others so many turns.
  func give(_ turns: Int) async
}
