//  TimerQueue.swift - pending timers in the order of their deadlines. Pure.
//
//  Knows: deadlines, ties, cancellation.
//  Does not know: what time it is.

internal import HeapModule

/// The name of a scheduled timer.
public struct TimerID: Sendable, Hashable {
  /// Counts up, so it is the order of scheduling too.
  let number: Int64
}

struct TimerQueue {
  /// What happens at the deadline.
  enum Action {
    case call(@Sendable () -> Void)
    /// Resumed with `true` at the deadline, with `false` when cancelled.
    case resume(CheckedContinuation<Bool, Never>)

    func fire() {
      switch self {
      case .call(let action): action()
      case .resume(let continuation): continuation.resume(returning: true)
      }
    }
  }

  private struct Entry: Comparable {
    let deadline: Duration
    let id: TimerID

    static func < (left: Self, right: Self) -> Bool {
      (left.deadline, left.id.number) < (right.deadline, right.id.number)
    }
  }

  /// May hold entries of cancelled timers, which have no action any more.
  private var heap = Heap<Entry>()
  /// By number: the standard library knows how to hash one without a search at the first use.
  private var actions: [Int64: Action] = [:]
  private(set) var nextID = TimerID(number: 0)

  /// The earliest deadline of a timer that was not cancelled.
  var nextDeadline: Duration? {
    mutating get {
      dropCancelled()
      return heap.min?.deadline
    }
  }

  mutating func makeID() -> TimerID {
    defer { nextID = TimerID(number: nextID.number + 1) }
    return nextID
  }

  /// Adds a timer under an id of ``makeID()``; `true` when it is now the first of all.
  mutating func insert(_ id: TimerID, at deadline: Duration, _ action: Action) -> Bool {
    heap.insert(Entry(deadline: deadline, id: id))
    actions[id.number] = action
    return heap.min?.id == id
  }

  /// Removes a timer and gives back its action, to be released outside the loop's lock: what it
  /// holds may call the loop when it dies.
  mutating func remove(_ id: TimerID) -> Action? {
    guard let action = actions.removeValue(forKey: id.number) else { return nil }
    if heap.count > 64, heap.count > 2 * actions.count {
      heap = Heap(heap.unordered.filter { actions[$0.id.number] != nil })
    }
    return action
  }

  /// Takes the first timer that is due at `time` and older than `limit`.
  mutating func takeDue(at time: Duration, below limit: TimerID) -> Action? {
    dropCancelled()
    guard let first = heap.min, first.deadline <= time, first.id.number < limit.number else {
      return nil
    }
    heap.removeMin()
    return actions.removeValue(forKey: first.id.number)
  }

  private mutating func dropCancelled() {
    while let first = heap.min, actions[first.id.number] == nil { heap.removeMin() }
  }
}
