//  ProtocolRule.swift - which numbered rules of the protocol a scenario brought the service to judge.
//
//  Knows: how each shows in what was asked and answered. Requests that met a fault do not count: there
//  the fault answered, not the rules.
//  Does not know: the rules themselves (IdentityService).

internal import IdentityService

/// One rule and how to see that it was judged.
struct ProtocolRule: Sendable {
  let id: String
  let summary: String
  fileprivate let isJudged: @Sendable (Seen) -> Bool

  /// What happened at one service.
  fileprivate struct Seen {
    let calls: [ServiceCall]
    let decisions: [String]

    func has(_ operation: ServiceOperation, _ status: Int? = nil, _ error: String? = nil) -> Bool {
      calls.contains {
        $0.kind.operation == operation && (status == nil || $0.status == status)
          && (error == nil || $0.error == error)
      }
    }

    func grants(_ grant: ServiceGrant, _ error: String?) -> Bool {
      calls.contains { $0.kind.grant == grant && $0.error == error && $0.status != nil }
    }

    /// A call of a grant with this end that came after one with that end.
    func grants(_ grant: ServiceGrant, _ error: String?, after earlier: String?) -> Bool {
      let ends = calls.filter { $0.kind.grant == grant && $0.status != nil }.map(\.error)
      guard let first = ends.firstIndex(of: earlier) else { return false }
      return ends[(first + 1)...].contains(error)
    }
  }

  /// The rules that were judged.
  static func judged(in stage: ScenarioStage) -> Set<String> {
    let decisions = stage.timeline.events.acts
    var ids: Set<String> = []
    for service in stage.services {
      let seen = Seen(calls: service.calls.filter { $0.fault == nil }, decisions: decisions)
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
      $0.has(.startDeviceAuthorization, 200)
    },
    Self("R8628-11", "A person approves or denies.") { seen in
      seen.decisions.contains { $0.hasPrefix("approves") || $0.hasPrefix("denies") }
    },
    Self("R8628-14", "A device code is exchanged for a token.") { $0.grants(.deviceCode, nil) },
    Self("R8628-16", "Nobody has decided yet: authorization_pending.") {
      $0.grants(.deviceCode, "authorization_pending")
    },
    Self("R8628-17", "A poll came too soon: slow_down.") { $0.grants(.deviceCode, "slow_down") },
    Self("R8628-19", "Who obeys the longer interval recovers.") {
      $0.grants(.deviceCode, nil, after: "slow_down")
        || $0.grants(.deviceCode, "authorization_pending", after: "slow_down")
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
      $0.grants(.deviceCode, "invalid_grant")
    },
  ]

  private static let grants: [ProtocolRule] = [
    Self("R6749-08", "An authorization code is exchanged.") { $0.grants(.authorizationCode, nil) },
    Self("R6749-09", "An authorization code works once.") {
      $0.grants(.authorizationCode, "invalid_grant", after: nil)
    },
    Self("R6749-13", "Replies with tokens are not kept by caches.") { $0.has(.createToken, 200) },
    Self("R6749-17", "A refresh token gives a new token.") { $0.grants(.refreshToken, nil) },
    Self("R6749-18", "A refresh token is used again.") {
      $0.grants(.refreshToken, nil, after: nil)
        || $0.grants(.refreshToken, "invalid_grant", after: nil)
    },
    Self("R7636-06", "A verifier does not fit its challenge.") {
      $0.grants(.authorizationCode, "invalid_grant")
    },
  ]

  private static let service: [ProtocolRule] = [
    Self("R8628-15", "A client shows a wrong secret.") {
      $0.has(.createToken, nil, "invalid_client")
        || $0.has(.startDeviceAuthorization, nil, "invalid_client")
    },
    Self("R8252-05", "A client is registered with its type.") { $0.has(.registerClient, 200) },
    Self("AWS-01", "An error is told in AWS's members.") { seen in
      seen.calls.contains { $0.error != nil && $0.status == 400 }
    },
    Self("AWS-05", "A registration has expired.") {
      $0.has(.createToken, 401) || $0.has(.startDeviceAuthorization, 401)
    },
    Self("AWS-06", "A start URL that nobody knows.") {
      $0.has(.startDeviceAuthorization, nil, "invalid_request")
    },
    Self("AWS-09", "Accounts and roles are listed.") {
      $0.has(.listAccounts, 200) || $0.has(.listAccountRoles, 200)
    },
    Self("R6750-01", "The portal takes a bearer token.") { $0.has(.getRoleCredentials, 200) },
    Self("R6750-03", "The portal refuses a token.") {
      $0.has(.listAccounts, 401) || $0.has(.getRoleCredentials, 401)
    },
  ]
}

extension ProtocolRule.Seen {
  /// Whether somebody said the same about the same code twice.
  fileprivate func hasTwice(_ verb: String) -> Bool {
    let said = decisions.filter { $0.hasPrefix(verb) }
    return Set(said).count < said.count
  }
}
