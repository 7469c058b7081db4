//  ProtocolRule.swift - which numbered rules of the protocol a scenario brought the service to judge.
//
//  Knows: how each shows in what was asked, answered and found. Requests that met a fault, and those
//  that a proxy or a behaviour answered in the rules' place, do not count.
//  Does not know: the rules themselves (IdentityService).

internal import IdentityService
internal import SSOOIDC

/// One rule and how to see that it was judged.
struct ProtocolRule: Sendable {
  let id: String
  let summary: String
  fileprivate let isJudged: @Sendable (Seen) -> Bool

  /// What happened at one service.
  fileprivate struct Seen {
    let calls: [ServiceCall]
    let profile: Profile
    let decisions: [String]

    func has(_ operation: ServiceOperation) -> Bool {
      calls.contains { $0.kind.operation == operation && $0.ended(nil) }
    }

    func has(_ cause: Cause) -> Bool { calls.contains { $0.verdict?.cause == cause } }

    func has(_ event: AuditEvent) -> Bool { calls.contains { $0.verdict?.audit == event } }

    func grants(_ grant: ServiceGrant, _ error: String? = nil) -> Bool {
      calls.contains { $0.kind.grant == grant && $0.ended(error) }
    }

    /// Whether a code that was polled too often was later polled as it should be.
    var recovers: Bool {
      var slowed: Set<String> = []
      for call in calls {
        guard call.kind.grant == .deviceCode, let code = call.credential?.reveal() else { continue }
        if call.verdict?.cause == .earlyPoll {
          slowed.insert(code)
        } else if slowed.contains(code), call.ended(nil) || call.ended("authorization_pending") {
          return true
        }
      }
      return false
    }

    /// Whether a client came whose registration had expired; the rules forget it soon after.
    var outlivesRegistration: Bool {
      let registered = Set(
        calls.filter { $0.kind.operation == .registerClient }.compactMap(\.verdict?.clientID))
      return calls.contains {
        $0.verdict?.cause == .unknownClient && $0.client.map(registered.contains) ?? false
      }
    }
  }

  /// The rules that were judged.
  static func judged(in stage: ScenarioStage) -> Set<String> {
    let decisions = stage.timeline.events.acts
    var ids: Set<String> = []
    for service in stage.services {
      let calls = service.calls.filter { $0.fault == nil && $0.verdict?.operation != nil }
      let seen = Seen(calls: calls, profile: service.profile, decisions: decisions)
      ids.formUnion(all.filter { $0.isJudged(seen) }.map(\.id))
    }
    return ids
  }

  private init(_ id: String, _ summary: String, _ isJudged: @escaping @Sendable (Seen) -> Bool) {
    (self.id, self.summary, self.isJudged) = (id, summary, isJudged)
  }

  /// The rules that a flow can bring a service to judge, by the numbers of docs/rules.md.
  static let all: [ProtocolRule] = device + grants + service

  private static let device: [ProtocolRule] = [
    Self("R8628-05", "A device authorization is answered with codes and addresses.") {
      $0.has(.startDeviceAuthorization)
    },
    Self("R8628-11", "A person approves or denies.") { seen in
      seen.decisions.contains { $0.hasPrefix("approves") || $0.hasPrefix("denies") }
    },
    Self("R8628-14", "A device code is exchanged for a token.") { $0.grants(.deviceCode) },
    Self("R8628-16", "Nobody has decided yet: authorization_pending.") {
      $0.grants(.deviceCode, "authorization_pending")
    },
    Self("R8628-17", "A poll came too soon: slow_down.") { $0.has(.earlyPoll) },
    Self("R8628-19", "Who obeys the longer interval recovers.") {
      $0.recovers
    },
    Self("R8628-20", "The person denied: access_denied.") {
      $0.grants(.deviceCode, "access_denied")
    },
    Self("R8628-21", "The code is over: expired_token.") {
      $0.grants(.deviceCode, "expired_token")
    },
    Self("R8628-36", "One decision for one code.") { seen in
      seen.decisions.contains { $0.hasPrefix("is told") } || seen.hasTwice("approves")
    },
    Self("R8628-37", "A device code gives tokens once.") {
      $0.has(.deviceCodeReplayed)
    },
  ]

  private static let grants: [ProtocolRule] = [
    Self("R6749-08", "An authorization code is exchanged.") { $0.grants(.authorizationCode) },
    Self("R6749-09", "An authorization code works once.") {
      $0.has(.authorizationCodeReplayed)
    },
    Self("R6749-13", "Replies with tokens are not kept by caches.") { $0.has(.createToken) },
    Self("R6749-17", "A refresh token gives a new token.") { $0.grants(.refreshToken) },
    Self("R6749-18", "A refresh token is used again.") {
      $0.has(.repeatedRefreshToken) || $0.has(.refreshTokenReused)
    },
    Self("R7636-06", "A verifier does not fit its challenge.") {
      $0.has(.wrongVerifier)
    },
  ]

  private static let service: [ProtocolRule] = [
    Self("R8628-15", "A client shows a wrong secret.") { $0.has(.wrongClientSecret) },
    Self("R8252-05", "A client is registered with its type.") { $0.has(.registerClient) },
    Self("AWS-01", "An error is told in AWS's members.") { seen in
      seen.profile.dialect == .aws
        && seen.calls.contains { $0.kind.operation?.isPortal == false && !$0.ended(nil) }
    },
    Self("AWS-05", "A registration has expired.") {
      $0.has(.expiredRegistration) || $0.outlivesRegistration
    },
    Self("AWS-06", "A start URL that nobody knows.") { $0.has(.unknownStartURL) },
    Self("AWS-09", "Accounts and roles are listed.") {
      $0.has(.listAccounts) || $0.has(.listAccountRoles)
    },
    Self("R6750-01", "The portal takes a bearer token.") { seen in
      seen.calls.contains { $0.kind.operation?.isPortal == true && $0.ended(nil) }
    },
    Self("R6750-03", "The portal refuses a token.") { $0.has(.refusedToken) },
  ]
}

extension ProtocolRule.Seen {
  /// Whether somebody said the same about the same code twice.
  fileprivate func hasTwice(_ verb: String) -> Bool {
    let said = decisions.filter { $0.hasPrefix(verb) }
    return Set(said).count < said.count
  }
}

extension ServiceCall {
  /// Whether the rules granted it, or refused it with this word, whatever arrived in their place.
  fileprivate func ended(_ error: String?) -> Bool { verdict?.error == error }
}
