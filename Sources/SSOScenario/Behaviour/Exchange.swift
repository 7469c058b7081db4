//  Exchange.swift - one request while a handler treats it.

internal import IdentityService

/// An operation as the service knows it; the client has a type of this name, too.
typealias ServiceOperation = Operation
/// A grant as the service knows it.
typealias ServiceGrant = GrantType

/// What a handler may still do about its request.
actor Exchange {
  nonisolated let request: BehaviourRequest
  private let rules: @Sendable () async -> BehaviourReply
  private var asked: Task<BehaviourReply, Never>?
  /// What breaks the reply on its way out.
  private(set) var fault: DueFault?

  init(_ request: BehaviourRequest, _ rules: @escaping @Sendable () async -> BehaviourReply) {
    self.request = request
    self.rules = rules
  }

  /// What the rules say; asked once, however often the handler wants to know.
  func proceed() async -> BehaviourReply {
    let task = asked ?? Task { [rules] in await rules() }
    asked = task
    return await task.value
  }

  /// What the rules said, if they were asked.
  var said: BehaviourReply? {
    get async { await asked?.value }
  }

  func strike(_ fault: DueFault) { self.fault = fault }
}
