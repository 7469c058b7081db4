//  Outcome.swift - what one call of the rules gave, and which rows it altered.

/// What one call gave: the reply, and how the state changed on the way.
///
/// A store keeps the rows that were altered before the reply is sent. The changes, replayed in order onto
/// an empty ``ServiceState``, rebuild it.
public struct Outcome<Reply: Sendable>: Sendable {
  /// For the caller.
  public var reply: Reply
  /// What happened, in order; empty when nothing changed.
  public var changes: [Change]
  /// Each row that the changes altered, as it was before, in order.
  public var replaced: [StateRow]
}

extension Outcome {
  /// Whether nothing changed but the times of polls: worth keeping, and not worth waiting for.
  ///
  /// Should a crash lose them, a client may ask once more too early; decisions, and intervals that
  /// have grown, are changes of another kind.
  public var onlyMovesPolls: Bool {
    changes.count == replaced.count
      && zip(changes, replaced).allSatisfy { change, row in
        guard case .flowPolled(_, _, let interval, let forgivenPolls) = change,
          case .flow(_, let flow?) = row
        else { return false }
        return flow.interval == interval && flow.forgivenPolls == forgivenPolls
      }
  }
}
