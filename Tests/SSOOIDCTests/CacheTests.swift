//  CacheTests.swift - the names, contents and windows of AWS's cache files.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `A cache file's name` {
  static let url = "https://example.awsapps.com/start"
  static let session = SignInTarget(sessionName: "my-sso", startURL: url, region: "us-east-1")
  static let legacy = SignInTarget(startURL: url, region: "us-east-1")

  @Test func `is the hash of the session's name, else of the start URL`() {
    #expect(Self.session.tokenFileName == "0ad374308c5a4e22f723adf10145eafad7c4031c.json")
    #expect(Self.legacy.tokenFileName == "e8be5486177c5b5392bd9aa76563515b29358e6e.json")
  }

  @Test func `of a registration is the hash that the AWS CLI makes`() {
    var target = Self.session
    target.scopes = ["sso:account:access"]
    #expect(target.registrationFileName == "e83b78ff73aa2ebd41812af5abcc466dca567738.json")
    #expect(Self.legacy.registrationFileName == "6c6f31f93a84fcbeca9b94bb5d13f4109559e71a.json")
  }

  @Test func `escapes what is not ASCII, as Python does`() {
    var target = SignInTarget(
      sessionName: "Büro", startURL: "https://x.awsapps.com/start/#/", region: "eu-central-1")
    target.scopes = ["a", "b"]
    #expect(target.registrationFileName == "791674560c964e28fad6f4f7ea28b41a8b218fcf.json")
  }

  @Test func `of a role's credentials is the hash that botocore makes`() {
    var (session, legacy) = (Self.session, Self.legacy)
    (session.accountID, session.roleName) = ("111122223333", "Admin")
    (legacy.accountID, legacy.roleName) = ("111122223333", "Admin")
    #expect(session.credentialsFileName == "360f093cdc0bddf23eecc38b9cb6222fca5a195a.json")
    #expect(legacy.credentialsFileName == "3e0828c2aaad2b623e117e44a5b31102e9d890e9.json")
    #expect(Self.session.credentialsFileName == nil)
  }
}

@Suite struct `A cached token` {
  static let written = """
    {"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", \
    "accessToken": "at-1", "expiresAt": "2030-01-01T01:00:00Z", "clientId": "c-1", \
    "clientSecret": "s-1", "registrationExpiresAt": "2030-03-01T00:00:00Z", \
    "refreshToken": "rt-1"}
    """
  static let target = SignInTarget(
    sessionName: "my-sso", startURL: "https://example.awsapps.com/start", region: "us-east-1")

  static func read(_ text: String) throws(CacheDamage) -> CachedToken {
    try CachedToken(Array(text.utf8))
  }

  @Test func `is written as it was read`() throws {
    let token = try Self.read(Self.written)
    #expect(String(decoding: token.bytes, as: UTF8.self) == Self.written)
  }

  @Test(arguments: [
    "2030-01-01T01:00:00Z", "2030-01-01T01:00:00.000Z", "2030-01-01T01:00:00UTC",
    "2029-12-31T17:00:00-08:00",
  ])
  func `K06 is read with the dates of every SDK`(date: String) throws {
    let token = try Self.read(#"{"accessToken": "a", "expiresAt": "\#(date)"}"#)
    #expect(token.expiresAt.rfc3339 == "2030-01-01T01:00:00Z")
  }

  @Test(arguments: [
    ("", "not JSON"), ("{\"accessToken\": \"a\"", "not JSON"), ("[]", "not a JSON object"),
    (#"{"expiresAt": "2030-01-01T01:00:00Z"}"#, "no accessToken"),
    (#"{"accessToken": "", "expiresAt": "2030-01-01T01:00:00Z"}"#, "no accessToken"),
    (#"{"accessToken": "a"}"#, "no expiresAt"),
    (#"{"accessToken": "a", "expiresAt": "soon"}"#, "not a date"),
    (#"{"accessToken": "a", "expiresAt": "2030-01-01T01:00:00Z"}}"#, "not JSON"),
  ])
  func `F01 F02 is damaged when it is cut, garbage or has a tail`(text: String, reason: String) {
    let damage = #expect(throws: CacheDamage.self) { try Self.read(text) }
    #expect(damage?.reason.contains(reason) == true)
  }

  @Test func `keeps numbers of others, however long they are`() throws {
    let members = #""deviceSerial": 12345678901234567890123, "weight": -1e999, "#
    let token = try Self.read(
      #"{"accessToken": "a", \#(members)"expiresAt": "2030-01-01T01:00:00Z"}"#)
    let written = String(decoding: token.bytes, as: UTF8.self)
    #expect(written.contains(members), "\(written)")
  }

  @Test func `keeps members of others and the old refresh token when a new one is absent`() throws {
    let old = try Self.read(
      #"{"accessToken": "a", "expiresAt": "2030-01-01T01:00:00Z", "#
        + #""refreshToken": "rt-1", "receivedAt": "2029-12-31T00:00:00Z"}"#)
    let registration = try CachedRegistration(
      Array(
        #"{"clientId": "c-2", "clientSecret": "s-2", "expiresAt": "2030-03-01T00:00:00Z"}"#.utf8))
    let token = CachedToken(
      CreateTokenResponse(["accessToken": "at-2", "expiresIn": 3600]), target: Self.target,
      registration: registration, now: try #require(Timestamp(rfc3339: "2030-01-01T00:00:00Z")),
      replacing: old)
    #expect(token.refreshToken == "rt-1")
    #expect(token.expiresAt.rfc3339 == "2030-01-01T01:00:00Z")
    #expect(token.receivedAt?.rfc3339 == "2030-01-01T00:00:00Z")
  }

  static let times: [(String, String)] = [
    ("2030-01-01T00:44:59Z", "valid"), ("2030-01-01T00:46:00Z", "renewable"),
    ("2030-01-01T00:51:00Z", "urgent"), ("2030-01-01T01:05:00Z", "urgent"),
  ]

  @Test(arguments: times)
  func `is renewed from 15 minutes before its end, and has to be from 10 on`(
    now: String, expected: String
  ) throws {
    let state = try Self.read(Self.written).state(
      for: Self.target, at: try #require(Timestamp(rfc3339: now)))
    #expect(Self.word(state) == expected)
  }

  private static func given(for seconds: Int, to now: Timestamp) throws -> CachedToken {
    CachedToken(
      CreateTokenResponse([
        "accessToken": "at", "expiresIn": .integer(Int64(seconds)), "refreshToken": "rt",
      ]), target: target, registration: try #require(read(written).registration), now: now)
  }

  @Test(arguments: [
    (0, "valid"), (299, "valid"), (301, "renewable"), (399, "renewable"), (401, "urgent"),
    (601, "urgent"),
  ])
  func `that lives for ten minutes is renewed after half of them, and has to be after two thirds`(
    age: Int, expected: String
  ) throws {
    let start = try #require(Timestamp(rfc3339: "2030-01-01T00:00:00Z"))
    let kept = try CachedToken(Self.given(for: 600, to: start).bytes)
    #expect(Self.word(kept.state(for: Self.target, at: start + .seconds(age))) == expected)
    let refused = kept.state(for: Self.target, at: start + .seconds(age), isRefused: true)
    #expect(Self.word(refused) == "urgent")
  }

  @Test func `tells when it was given only if it has a short life`() throws {
    let start = Timestamp(seconds: 1_893_456_000)
    let short = try Self.given(for: 1799, to: start)
    #expect(String(decoding: short.bytes, as: UTF8.self).contains(#""receivedAt": "2030-01-01"#))
    let long = try Self.given(for: 1800, to: start)
    #expect(!String(decoding: long.bytes, as: UTF8.self).contains("receivedAt"))
  }

  @Test(arguments: ["refreshToken", "clientId", "clientSecret", "registrationExpiresAt"])
  func `says which member a renewal lacks`(member: String) throws {
    let text = Self.written.replacing("\"\(member)\"", with: "\"other\"")
    let state = try Self.read(text).state(
      for: Self.target, at: try #require(Timestamp(rfc3339: "2030-01-01T02:00:00Z")))
    #expect(state == .ended(.missing([member])))
    guard case .ended(let obstacle) = state else { return }
    #expect(obstacle.description.contains(member))
  }

  @Test(arguments: [
    (nil, false), (["sso:account:access"], false), (["other", "sso:account:access"], false),
    (["other"], true),
  ])
  func `without a refresh token blames the scopes only where these give none`(
    scopes: [String]?, areBlamed: Bool
  ) throws {
    var target = Self.target
    target.scopes = scopes
    let token = try Self.read(Self.written.replacing("refreshToken", with: "other"))
    let state = token.state(
      for: target, at: try #require(Timestamp(rfc3339: "2030-01-01T02:00:00Z")))
    #expect(state == .ended(.missing(["refreshToken"], byScopes: areBlamed)))
    guard case .ended(let obstacle) = state else { return }
    #expect(obstacle.description.contains("sso_registration_scopes") == areBlamed)
    #expect(obstacle.description.hasSuffix("sign in again"))
  }

  @Test(arguments: [#""soon""#, "1900000000", #""""#])
  func `whose registration ends at what is no date has none`(end: String) throws {
    let token = try Self.read(Self.written.replacing(#""2030-03-01T00:00:00Z""#, with: end))
    #expect(token.registration == nil)
    #expect(token.missingForRefresh == ["registrationExpiresAt"])
  }

  @Test(arguments: [
    ("1900000000", "expiresAt is not a date"), (#""soon""#, "expiresAt is not a date"),
    ("null", "it has no expiresAt"), (#""""#, "it has no expiresAt"),
  ])
  func `F01 that ends at what is no date is damaged, and what it lacks is another thing`(
    end: String, reason: String
  ) {
    let text = Self.written.replacing(#""2030-01-01T01:00:00Z""#, with: end)
    let damage = #expect(throws: CacheDamage.self) { try Self.read(text) }
    #expect(damage?.reason == reason)
  }

  @Test func `of a profile without a session is not renewed`() throws {
    var legacy = Self.target
    legacy.sessionName = nil
    let state = try Self.read(Self.written).state(
      for: legacy, at: try #require(Timestamp(rfc3339: "2030-01-01T00:59:00Z")))
    #expect(state == .ending(.noSession))
  }

  @Test func `whose registration has ended is not renewed`() throws {
    let end = try #require(Timestamp(rfc3339: "2030-01-01T00:50:00Z"))
    let text = Self.written.replacing("2030-03-01T00:00:00Z", with: end.rfc3339)
    let token = try Self.read(text)
    #expect(Self.word(token.state(for: Self.target, at: end + .seconds(-1))) == "renewable")
    #expect(token.state(for: Self.target, at: end) == .ending(.registrationEnded(end)))
  }

  private static func word(_ state: TokenState) -> String {
    switch state {
    case .valid: "valid"
    case .renewable(_, _, let isUrgent): isUrgent ? "urgent" : "renewable"
    case .ending: "ending"
    case .ended: "ended"
    }
  }
}

@Suite struct `A cached registration` {
  @Test(arguments: SignInFlow.allCases)
  func `begins the flow it was made for and no other, with 15 minutes left`(flow: SignInFlow) {
    let now = Timestamp(seconds: 1_893_456_000)
    let made = CachedRegistration(
      RegisterClientResponse(["clientId": "c", "clientSecret": "s"]), flow: flow, scopes: nil,
      now: now)
    #expect(SignInFlow.allCases.filter { made.serves($0, at: now) } == [flow])
    #expect(made.serves(flow, at: made.expiresAt + .seconds(-901)))
    #expect(!made.serves(flow, at: made.expiresAt + .seconds(-900)))
  }
}

@Suite struct `Cached credentials` {
  static let members = ["AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"]

  static func target(_ startURL: String) -> SignInTarget {
    SignInTarget(sessionName: "my-sso", startURL: startURL, region: "us-east-1")
  }

  @Test(arguments: members)
  func `F01 are damaged when a member is missing or empty`(member: String) throws {
    let keys = AWSCredentials(accessKeyID: "A", secretAccessKey: "s", sessionToken: "t")
    let end = Timestamp(seconds: 1_893_456_000)
    let whole = CachedCredentials(keys, expiration: end, target: Self.target("https://a/start"))
    let text = String(decoding: whole.bytes, as: UTF8.self)
    #expect(try CachedCredentials(whole.bytes) == whole)
    let mark = "\"\(member)\": \""
    for other in ["\"Other\": \"", mark + "\", \"Other\": \""] {
      let damaged = Array(text.replacing(mark, with: other).utf8)
      let damage = #expect(throws: CacheDamage.self) { try CachedCredentials(damaged) }
      #expect(damage?.reason == "it has no \(member)")
    }
  }

  @Test func `belong to a session of one name and one start URL`() {
    let keys = AWSCredentials(accessKeyID: "A", secretAccessKey: "s", sessionToken: "t")
    let target = Self.target("https://a/start")
    let found = CachedCredentials(keys, expiration: Timestamp(seconds: 0), target: target)
    #expect(found.belongs(to: target))
    #expect(!found.belongs(to: Self.target("https://b/start")))
    #expect(!found.belongs(to: SignInTarget(startURL: "https://a/start", region: "us-east-1")))
  }
}

@Suite struct `A sign-in target` {
  static let config = try? AWSConfig.parse(
    """
    [sso-session my-sso]
    sso_start_url = https://example.awsapps.com/start
    sso_region = us-east-1
    sso_registration_scopes = sso:account:access, , other

    [profile dev]
    sso_session = my-sso
    sso_account_id = 111122223333
    sso_role_name = Admin

    [profile old]
    sso_start_url = https://old.awsapps.com/start
    sso_region = eu-west-1

    [profile torn]
    sso_session = my-sso
    sso_region = eu-west-1

    [profile lost]
    sso_session = nowhere

    [profile bare]
    region = us-east-1

    [sso-session ours]
    sso_start_url = https://example.awsapps.com/start
    sso_region = us-east-1
    sso_account_id = 111111111111
    region = eu-west-1
    Caf\u{E9} = 1
    s3 =
      max = 10

    [profile role]
    sso_session = ours
    sso_role_name = Admin
    s3 =
        max = 10

    [profile account]
    sso_session = ours
    sso_account_id = 222222222222
    sso_role_name = Admin

    [profile region]
    sso_session = ours
    sso_role_name = Admin
    region = us-east-1

    [profile block]
    sso_session = ours
    sso_role_name = Admin
    s3 =
      max = 11

    [profile letters]
    sso_session = ours
    sso_account_id = 111111111111
    caf\u{E9} = 1
    cafe\u{301} = 2

    [profile roleless]
    sso_session = ours
    region = us-east-1
    """)

  @Test func `comes from a session, and the role from the profile`() throws {
    let target = try SignInTarget.profile("dev", in: try #require(Self.config))
    #expect(target.sessionName == "my-sso")
    #expect(target.scopes == ["sso:account:access", "other"])
    #expect(target.roleName == "Admin")
  }

  @Test func `comes from the profile itself in the older form`() throws {
    let target = try SignInTarget.profile("old", in: try #require(Self.config))
    #expect(target == SignInTarget(startURL: "https://old.awsapps.com/start", region: "eu-west-1"))
  }

  @Test func `takes an account from the session for a profile of a role`() throws {
    let target = try SignInTarget.profile("role", in: try #require(Self.config))
    #expect(target.accountID == "111111111111")
    #expect(target.roleName == "Admin")
    let letters = try SignInTarget.profile("letters", in: try #require(Self.config))
    #expect(letters.roleName == nil)
  }

  @Test func `is of no role, and only its place is compared, for a profile without one`() throws {
    let target = try SignInTarget.profile("roleless", in: try #require(Self.config))
    #expect(target.sessionName == "ours")
    #expect(target.accountID == nil)
  }

  @Test(arguments: [
    ("torn", "disagree about sso_region"), ("lost", "no [sso-session nowhere]"),
    ("account", "profile \"account\" and its session disagree about sso_account_id"),
    ("region", "disagree about region"), ("block", "disagree about s3"),
    ("bare", "no sso_start_url"), ("none", "no profile \"none\""),
  ])
  func `names what is wrong`(profile: String, words: String) throws {
    let config = try #require(Self.config)
    let error = #expect(throws: SSOError.self) {
      try SignInTarget.profile(profile, in: config)
    }
    #expect(error?.message.contains(words) == true)
    #expect(error?.code == .invalidConfiguration)
  }
}
