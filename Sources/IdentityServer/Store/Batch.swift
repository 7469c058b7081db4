//  Batch.swift - changes that are kept together, and everyone who waits for that.

#if Server
  internal import Synchronization

  /// The outcome of one commit, to be awaited by any number of requests.
  final class Batch: Sendable {
    private enum Outcome {
      case open([CheckedContinuation<Bool, Never>])
      case settled(Bool)
    }

    private let outcome = Mutex(Outcome.open([]))

    /// Waits for the outcome.
    ///
    /// - Returns: Whether the changes are kept; otherwise they never happened.
    func isKept() async -> Bool {
      await withCheckedContinuation { continuation in
        let settled: Bool? = outcome.withLock { outcome in
          switch outcome {
          case .settled(let isKept): return isKept
          case .open(let waiting):
            outcome = .open(waiting + [continuation])
            return nil
          }
        }
        if let settled { continuation.resume(returning: settled) }
      }
    }

    /// Tells everyone; once.
    func settle(_ isKept: Bool) {
      let waiting: [CheckedContinuation<Bool, Never>] = outcome.withLock { outcome in
        defer { outcome = .settled(isKept) }
        if case .open(let waiting) = outcome { return waiting } else { return [] }
      }
      for continuation in waiting { continuation.resume(returning: isKept) }
    }
  }

  /// What a reply rests on: the newest batch that its request wrote to, or may have seen.
  final class Receipt: Sendable {
    /// The request that this task answers; none while nothing is stored.
    @TaskLocal static var current: Receipt?

    private let newest = Mutex<Batch?>(nil)

    /// `nil` when the reply rests on nothing that is not kept already.
    var batch: Batch? { newest.withLock { $0 } }

    func note(_ batch: Batch) { newest.withLock { $0 = batch } }
  }
#endif
