//  RetryQuota.swift - the tokens that repeats cost, so that a broken service is left alone.

internal import Synchronization

/// Tokens of one client, shared by its calls: repeats take, successes give back.
final class RetryQuota: Sendable {
  /// What there is at the start, and at most.
  static let capacity = 500
  private let tokens = Atomic(RetryQuota.capacity)

  /// How many are left.
  var left: Int { tokens.load(ordering: .relaxed) }

  /// Takes `cost` tokens.
  ///
  /// - Returns: Whether there were enough.
  func take(_ cost: Int) -> Bool {
    var current = tokens.load(ordering: .relaxed)
    while current >= cost {
      let (done, original) = tokens.compareExchange(
        expected: current, desired: current - cost, ordering: .relaxed)
      if done { return true }
      current = original
    }
    return false
  }

  /// Gives back what the last repeat cost, or one token for a success at the first attempt.
  func succeed(lastCost: Int?) {
    var current = tokens.load(ordering: .relaxed)
    while current < Self.capacity {
      let (done, original) = tokens.compareExchange(
        expected: current, desired: min(Self.capacity, current + (lastCost ?? 1)),
        ordering: .relaxed)
      if done { return }
      current = original
    }
  }
}
