//  ServiceDoor.swift - what a behaviour may ask of the service it belongs to.

/// The service's clock, and its people.
public protocol ServiceDoor: Sendable {
  /// The service's time.
  var now: ServiceTime { get }

  /// Whether nobody can move the clock yet: what waits for it before the service is ready waits for ever.
  var standsStill: Bool { get }

  /// Waits by the service's time: with a virtual clock until that is moved.
  ///
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  func sleep(for duration: Duration) async throws(CancellationError)

  /// Decides about a request, as a person would on the page.
  ///
  /// - Parameters:
  ///   - userCode: As the service gave it.
  ///   - verdict: What is wanted.
  ///   - person: Who approves; `nil` means the directory's first.
  /// - Returns: Whether the verdict holds; it is kept by then.
  func judge(userCode: String, _ verdict: Verdict, as person: String?) async -> DecisionResult
}

/// Why a behaviour cannot be: a plan or a script that is wrong.
public struct BehaviourError: Error, Sendable, Equatable, CustomStringConvertible {
  /// One line: where, what, and what to write instead.
  public let description: String

  /// Makes an error.
  public init(_ description: String) { self.description = description }
}

/// Makes a behaviour of a script's text.
///
/// The name is for messages: `behaviour.lua`.
public typealias BehaviourLoader =
  @Sendable (_ source: [UInt8], _ name: String, _ door: any ServiceDoor)
  async throws(BehaviourError) -> any Behaviour
