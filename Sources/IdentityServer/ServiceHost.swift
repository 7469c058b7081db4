//  ServiceHost.swift - the one owner of the identity service while a server runs.
//
//  Knows: that calls come one at a time, with the time and the random bytes of that moment.
//  Does not know: HTTP, pages, and when changes reach the disk (ServiceHost+Commits).

internal import IdentityService
internal import Synchronization

#if Server
  internal import Logging
#endif

/// Gives the pure service its clock, its randomness and its order of calls.
///
/// A lock instead of an actor: a call takes microseconds and never waits, and a hop to another
/// executor and back would cost more than the call itself.
final class ServiceHost: Sendable {
  /// What the lock guards.
  struct Room {
    var service: IdentityService
    #if Server
      var ledger = Ledger()
    #endif
  }

  let room: Mutex<Room>
  let clock: ServiceClock
  let behaviours: Behaviours
  let journal = Journal()
  /// Gives so many bytes, fit for keys.
  let randomness: @Sendable (Int) -> [UInt8]
  /// Whether nobody hears its answers any more.
  private let hasShut = Atomic(false)
  private let hasOrigin = Atomic(false)
  #if Server
    let store: StateStore?
    let log: Logger
    /// How long a commit may wait for another program to let go of the file (S03).
    let patience: Duration
    /// How long the time of a poll may wait for other changes to be kept with.
    let flushDelay: Duration

    /// - Parameters:
    ///   - configuration: The rules' choices.
    ///   - clock: The service's time.
    ///   - state: What the store knew.
    ///   - store: Where changes go; `nil` keeps them in memory only.
    ///   - patience: How long a commit may wait for the store.
    ///   - flushDelay: How long the time of a poll may wait for other changes to be kept with.
    ///   - behaviours: What stands between clients and rules.
    ///   - randomness: Gives so many bytes, fit for keys.
    ///   - log: Hears of what cannot be kept.
    init(
      _ configuration: ServiceConfiguration, clock: ServiceClock,
      state: ServiceState = ServiceState(), store: StateStore? = nil,
      patience: Duration = .seconds(5), flushDelay: Duration = .milliseconds(50),
      behaviours: Behaviours = Behaviours(),
      randomness: @escaping @Sendable (Int) -> [UInt8] = systemRandomBytes,
      log: Logger = ServerLog.logger(.none, .text) { _ in }
    ) {
      room = Mutex(Room(service: IdentityService(configuration: configuration, state: state)))
      self.clock = clock
      self.behaviours = behaviours
      self.randomness = randomness
      self.store = store
      self.log = log
      (self.patience, self.flushDelay) = (patience, flushDelay)
    }
  #else
    init(_ configuration: ServiceConfiguration, clock: ServiceClock) {
      room = Mutex(Room(service: IdentityService(configuration: configuration)))
      self.clock = clock
      behaviours = Behaviours()
      randomness = systemRandomBytes
    }
  #endif

  /// Whether nobody hears its answers any more, so that no request may change anything.
  var isShut: Bool { hasShut.load(ordering: .acquiring) }

  /// Lets no request change anything from now on.
  func shut() { hasShut.store(true, ordering: .releasing) }

  /// Sets what people and clients see, once the port is known.
  func publish(origin: String) {
    room.withLock { $0.service.configuration.origin = origin }
    hasOrigin.store(true, ordering: .releasing)
  }

  /// Whether somebody may know where it is.
  var isPublished: Bool { hasOrigin.load(ordering: .acquiring) }

  /// Answers a client.
  func answer(_ request: ServiceRequest) -> ServiceReply {
    call { service, time in service.handle(request, at: time, randomness: randomness) }
  }

  /// Finds the request behind what a person typed.
  func lookUp(_ typed: String, by visitor: Visitor) -> LookUp {
    call { service, time in service.lookUp(typed, by: visitor, at: time) }
  }

  /// Who may sign in.
  var people: [Person] { room.withLock { $0.service.configuration.directory.people } }

  /// After which time the service approves by itself.
  var approvalDelay: Duration? { room.withLock { $0.service.configuration.approval.delay } }

  /// How long a visitor must wait before trying another code; `nil` while it may.
  func guessWait(of visitor: Visitor) -> Duration? {
    room.withLock { $0.service.guessWait(of: visitor, at: clock.now) }
  }

  /// Decides about a request.
  func decide(
    userCode: String, _ verdict: Verdict, as person: String? = nil
  ) -> DecisionResult {
    call { service, time in service.decide(userCode: userCode, verdict, as: person, at: time) }
  }

  /// Answers a browser at the authorization endpoint, or the decision that came back from it.
  func authorize(_ query: AuthorizationQuery) -> AuthorizationReply {
    call { service, time in service.authorize(query, at: time, randomness: randomness) }
  }

  /// One call of the rules, and a note of what it changed.
  private func call<Reply>(
    _ rule: (inout IdentityService, ServiceTime) -> Outcome<Reply>
  ) -> Reply {
    room.withLock { room in
      let outcome = rule(&room.service, clock.now)
      #if Server
        if store != nil { note(outcome, in: &room) }
      #endif
      return outcome.reply
    }
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
