//  StartDeviceAuthorization.swift - a program asks for a device code and a user code.
//
//  Knows: RFC 8628 sections 3.1 and 3.2 as AWS speaks them (AWS-06).
//  Does not know: polls (DeviceGrant), decisions (Verification).

internal import StrictJSON

extension IdentityService {
  mutating func startDeviceAuthorization(
    _ body: RequestBody, _ request: ServiceRequest, _ facts: inout ExchangeFacts,
    at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    let client = try authenticatedClient(body, request, &facts, at: time)
    let startURL = try startURL(body, &facts)
    let scopes = try scopes(body, client)
    guard client.mayUse(.deviceCode) else { throw .unauthorizedClient }
    try makeRoom(in: { $0.flows.count }, limit: configuration.limits.flows, at: time)
    let deviceCode = newDeviceCode(randomness)
    let userCode = try newUserCode(randomness)
    record(
      .flowStarted(
        DeviceFlow(
          codeHash: SecretHash(of: deviceCode), userCode: userCode, clientID: client.id,
          startURL: startURL, scopes: scopes, requester: request.requester, started: time,
          expires: time + configuration.boundedCodeLifetime,
          approves: configuration.approval.delay.map { time + $0 },
          interval: configuration.interval)))
    facts.userCode = userCode.display
    return configuration.authorizationReply(deviceCode: deviceCode, userCode: userCode)
  }

  /// Only AWS's requests name one, and theirs must be known (AWS-06).
  private func startURL(
    _ body: RequestBody, _ facts: inout ExchangeFacts
  ) throws(ServiceError) -> String {
    guard configuration.profile.dialect == .aws else { return configuration.origin + "/start" }
    let url = try body.required("startUrl")
    guard configuration.hasStartURL(url) else {
      facts.cause = .unknownStartURL
      throw .invalidRequest("startUrl is not known to this service")
    }
    return url
  }

  /// RFC 8628 lets a request name scopes; AWS's do not.
  private func scopes(_ body: RequestBody, _ client: Client) throws(ServiceError) -> [String] {
    guard configuration.profile.dialect == .rfc else { return client.scopes }
    let asked = try body.scopes("scope")
    guard Set(asked).isSubset(of: client.scopes) else {
      throw .invalidScope("A scope is not registered for this client")
    }
    return asked.isEmpty ? client.scopes : asked
  }

  /// 64 random bytes, 86 characters (R8628-28).
  private func newDeviceCode(_ randomness: Randomness) -> String {
    let code = base64URL(randomness(64))
    return configuration.codeOrigin == .seeded ? "sim-" + code.dropFirst(4) : code
  }

  /// A code that no other live authorization has (R8628-35); with 100,000 live ones, one draw in
  /// 250,000 repeats.
  private func newUserCode(_ randomness: Randomness) throws(ServiceError) -> UserCode {
    if let code = configuration.wantedUserCode, state.userCodes[code] == nil { return code }
    for _ in 0..<8 {
      if let code = UserCode(drawnFrom: randomness(16)), state.userCodes[code] == nil {
        return code
      }
    }
    throw .internalError
  }
}

extension ServiceConfiguration {
  /// Whether people may sign in at `url`.
  func hasStartURL(_ url: String) -> Bool {
    guard url.utf8.count <= 2048, url.utf8.allSatisfy({ (33...126).contains($0) }) else {
      return false
    }
    guard let known = startURLs ?? directory.startURLs else { return Directory.isStartURL(url) }
    if known.contains(url) { return true }
    let asked = Directory.plainStartURL(url)
    return known.contains { Directory.plainStartURL($0) == asked }
  }

  /// R8628-30: longer is better bait.
  var boundedCodeLifetime: Duration { min(codeLifetime, .seconds(1800)) }

  /// The verification URI is short and carries no code (R8628-10).
  func authorizationReply(deviceCode: String, userCode: UserCode) -> JSONObject {
    let page = origin + "/device"
    return [
      "deviceCode": .string(deviceCode), "userCode": .string(userCode.display),
      "verificationUri": .string(page),
      "verificationUriComplete": .string(page + "?user_code=" + userCode.display),
      "expiresIn": .integer(boundedCodeLifetime.components.seconds),
      "interval": .integer(interval.components.seconds),
    ]
  }
}
