//  ScenarioRules.swift - where the rules of a scenario's service run: in this process, or behind a
//  socket.
//
//  Knows: what both have in common; what time it is comes with each call.

internal import Synchronization

public import IdentityService
public import SSOOIDC

/// The rules of one service.
public protocol ScenarioRules: Sendable {
  /// Lets the rules answer; when this returns, no time has passed in the scenario.
  ///
  /// - Parameters:
  ///   - request: As the program sent it.
  ///   - asked: The same, as the rules read it.
  ///   - time: The service's.
  /// - Returns: What the service sends.
  /// - Throws: `TransportError` when there is a network in between and it fails.
  func answer(
    _ request: HTTPRequest, _ asked: ServiceRequest, at time: ServiceTime
  ) throws(TransportError) -> BehaviourReply

  /// Looks at the rules, or decides for a person, without a network.
  func look<Result: Sendable>(_ body: (inout IdentityService) -> Result) -> Result
}

/// Makes the rules of a service, with its choices and its chance.
public typealias ScenarioRulesMaker =
  @Sendable (
    _ configuration: ServiceConfiguration, _ randomness: @escaping @Sendable (Int) -> [UInt8]
  ) -> any ScenarioRules

/// Rules without a network.
final class InProcessRules: ScenarioRules {
  private let rules: Mutex<IdentityService>
  private let randomness: @Sendable (Int) -> [UInt8]

  init(_ configuration: ServiceConfiguration, _ randomness: @escaping @Sendable (Int) -> [UInt8]) {
    rules = Mutex(IdentityService(configuration: configuration))
    self.randomness = randomness
  }

  func answer(
    _ request: HTTPRequest, _ asked: ServiceRequest, at time: ServiceTime
  ) throws(TransportError) -> BehaviourReply {
    BehaviourReply(look { $0.handle(asked, at: time, randomness: randomness).reply })
  }

  func look<Result: Sendable>(_ body: (inout IdentityService) -> Result) -> Result {
    rules.withLock { body(&$0) }
  }
}
