//  ServiceHost.swift - the one owner of the identity service while a server runs.
//
//  Knows: that calls come one at a time, with the time and the random bytes of that moment.
//  Does not know: HTTP, pages.

internal import IdentityService
internal import Synchronization

/// Gives the pure service its clock, its randomness and its order of calls.
///
/// A lock instead of an actor: a call takes microseconds and never waits, and a hop to another
/// executor and back would cost more than the call itself.
final class ServiceHost: Sendable {
  private let service: Mutex<IdentityService>
  let clock: ServiceClock

  init(_ configuration: ServiceConfiguration, clock: ServiceClock) {
    service = Mutex(IdentityService(configuration: configuration))
    self.clock = clock
  }

  /// Sets what people and clients see, once the port is known.
  func publish(origin: String) {
    service.withLock { $0.configuration.origin = origin }
  }

  /// Answers a client.
  func answer(_ request: ServiceRequest) -> ServiceReply {
    service.withLock { service in
      service.handle(request, at: clock.now, randomness: systemRandomBytes).reply
    }
  }

  /// Finds the request behind what a person typed.
  func lookUp(_ typed: String, by visitor: Visitor) -> LookUp {
    service.withLock { $0.lookUp(typed, by: visitor, at: clock.now).reply }
  }

  /// Decides about a request.
  func decide(
    userCode: String, _ verdict: Verdict, as person: String? = nil
  ) -> DecisionResult {
    service.withLock { $0.decide(userCode: userCode, verdict, as: person, at: clock.now).reply }
  }

  /// Plans refusals; whether the operation can answer with that exception.
  func refuse(next times: Int, _ operation: Operation, with shape: String) -> Bool {
    service.withLock { $0.refuse(next: times, operation, with: shape) }
  }

  /// Answers a browser at the authorization endpoint, or the decision that came back from it.
  func authorize(_ query: AuthorizationQuery) -> AuthorizationReply {
    service.withLock { $0.authorize(query, at: clock.now, randomness: systemRandomBytes).reply }
  }
}

/// Bytes of the operating system's generator, fit for keys.
func systemRandomBytes(_ count: Int) -> [UInt8] {
  var generator = SystemRandomNumberGenerator()
  var bytes: [UInt8] = []
  bytes.reserveCapacity(count)
  while bytes.count < count {
    var word = generator.next()
    for _ in 0..<min(8, count - bytes.count) {
      bytes.append(UInt8(truncatingIfNeeded: word))
      word >>= 8
    }
  }
  return bytes
}
