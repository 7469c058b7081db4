//  Exchange.swift - one request while a handler treats it.

internal import EventLoop
internal import IdentityService

/// An operation as the service knows it; the client has a type of this name, too.
typealias ServiceOperation = Operation
/// A grant as the service knows it.
typealias ServiceGrant = GrantType

/// What a handler may still do about its request.
actor Exchange {
  nonisolated let request: BehaviourRequest
  private let executor: LoopTaskExecutor?
  private let rules: @Sendable () async -> BehaviourReply
  private var asked: Task<BehaviourReply, Never>?
  /// What breaks the reply on its way out.
  private(set) var fault: DueFault?

  init(
    _ request: BehaviourRequest, on executor: LoopTaskExecutor?,
    _ rules: @escaping @Sendable () async -> BehaviourReply
  ) {
    (self.request, self.executor, self.rules) = (request, executor, rules)
  }

  /// What the rules say; asked once, however often the handler wants to know.
  func proceed() async -> BehaviourReply {
    let task = asked ?? Task(executorPreference: executor) { [rules] in await rules() }
    asked = task
    return await task.value
  }

  /// What the rules said, if they were asked.
  var said: BehaviourReply? {
    get async { await asked?.value }
  }

  func strike(_ fault: DueFault) { self.fault = fault }
}
