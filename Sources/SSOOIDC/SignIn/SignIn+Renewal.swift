//  SignIn+Renewal.swift - a new token for a refresh token, without a person.
//
//  Knows: when one asks once more, and which failures are the service's own no.

extension SignIn {
  /// How a renewal went.
  enum Renewal: Equatable {
    case renewed(CreateTokenResponse)
    /// The service could not be reached or did not get to the matter, now or a moment ago; or a policy
    /// was against it.
    case unreachable
    /// It said no.
    case refused
  }

  /// Asks for a new token, and once more if that may help.
  ///
  /// - Returns: How it went; the reason of a failure is said.
  func renew(
    _ registration: CachedRegistration, _ refreshToken: Secret
  ) async throws(SSOError) -> Renewal {
    guard await !cache.note(beside: target.tokenItem).avoidsRenewal(at: now) else {
      return .unreachable
    }
    var request = CreateTokenRequest(
      clientID: registration.clientID, clientSecret: registration.clientSecret,
      grantType: .refreshToken)
    request.refreshToken = refreshToken
    for attempt in 1...2 {
      do throws(SSOError) {
        return .renewed(try await client.createToken(request))
      } catch {
        if error.kind == .cancelled { throw error }
        if attempt == 1, try await mayHelpToAskAgain(after: error) {
          if await renewedByOthers() != nil { return .unreachable }
          continue
        }
        if error.code == .invalidClient { await cache.forgetRegistration(of: target) }
        await noteFailedRenewal(error)
        return error.isRefusal ? .refused : .unreachable
      }
    }
    return .refused
  }

  /// Whether the answer was lost (N09) or the service had a problem that passes (H01, H05), which is then
  /// waited for.
  ///
  /// The service gives the same answer for a while; if it does not, the person is asked, never the
  /// service a third time.
  private func mayHelpToAskAgain(after error: SSOError) async throws(SSOError) -> Bool {
    if error.transport?.delivery == .maybeReceived { return true }
    guard error.kind == .service else { return false }
    return try await client.service.waitToRepeat(.createToken, after: error)
  }

  /// For a minute nobody else tries the same in vain; but what is not permitted here may be elsewhere.
  private func noteFailedRenewal(_ error: SSOError) async {
    doors.say("the token could not be renewed: \(error)")
    guard error.kind != .permission else { return }
    var note = await cache.note(beside: target.tokenItem)
    note.noRenewalUntil = now + SignInNote.renewalFailedFor
    await cache.setNote(note, beside: target.tokenItem)
  }
}

extension SSOError {
  /// Whether a renewal was refused in the service's own words, or its answer was lost (N09).
  ///
  /// Not when the service was never asked, has a problem, or something else answered in its place.
  fileprivate var isRefusal: Bool {
    switch kind {
    case .transport: transport?.delivery == .maybeReceived
    case .service:
      !retryable && (400..<500).contains(status ?? 400) && status.map(Code.status) != code
    case .parse, .limit, .permission: false
    case .validation, .cancelled: true
    }
  }
}
