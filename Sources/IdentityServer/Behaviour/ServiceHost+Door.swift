//  ServiceHost+Door.swift - what behaviours may ask of the service.

#if Server
  internal import IdentityService
  internal import Synchronization

  extension ServiceHost: ServiceDoor {
    var now: ServiceTime { clock.now }

    var standsStill: Bool { clock.isVirtual && !isPublished }

    func sleep(for duration: Duration) async throws(CancellationError) {
      try await clock.sleep(for: duration)
    }

    func judge(
      userCode: String, _ verdict: Verdict, as person: String?
    ) async -> DecisionResult {
      let receipt = Receipt()
      let result = Receipt.$current.withValue(receipt) {
        decide(userCode: userCode, verdict, as: person)
      }
      return await settle(receipt) ? result : .unknown
    }

    /// Whose habits the service has.
    var profile: Profile { room.withLock { $0.service.configuration.profile } }
  }
#endif
