//  FaultTable+Members.swift - a success of the rules, with something wrong in it (H09b to H34).
//
//  Knows: which members are altered, in both spellings, and whose answers have them; those of a role's
//  credentials are one level down.

internal import StrictJSON

extension Fault {
  static let memberFaults: [Fault] = bodies + lifetimes + intervals + addresses + codes + heads

  /// What a fault alters.
  private struct Members {
    let names: [String]
    /// Whose answers have one of them.
    let operations: Set<Operation>
  }

  private static let secrets = Members(
    names: [
      "accessToken", "access_token", "deviceCode", "device_code", "clientSecret", "client_secret",
      "secretAccessKey", "sessionToken",
    ], operations: tokens.union(starts).union([.registerClient, .getRoleCredentials]))
  private static let lifetimeNames = Members(
    names: [
      "expiresIn", "expires_in", "clientSecretExpiresAt", "client_secret_expires_at", "expiration",
    ], operations: secrets.operations)
  private static let tokenTypes = Members(names: ["tokenType", "token_type"], operations: tokens)
  private static let interval = Members(names: ["interval"], operations: starts)
  private static let addressNames = Members(
    names: [
      "verificationUri", "verificationUriComplete", "verification_uri",
      "verification_uri_complete",
    ], operations: starts)
  private static let userCodes = Members(names: ["userCode", "user_code"], operations: starts)

  private static let tokens: Set<Operation> = [.createToken, .createTokenWithIAM]
  private static let starts: Set<Operation> = [.startDeviceAuthorization]

  private static let bodies: [Fault] = [
    spoiler("H09b", "The secret that was asked for is missing.", secrets) { $0.drop($1) },
    spoiler("H10", "Truncated JSON of the right length.") { reply, _ in
      reply.body = Array(reply.body.prefix(reply.body.count * 2 / 3))
    },
    spoiler("H11", "The secret is there twice.", secrets) { reply, names in
      guard let name = reply.present(names).first, let value = reply.value(name) else { return }
      let text = String(decoding: (try? value.encoded()) ?? [], as: UTF8.self)
      reply.splice(name, "\(text),\"\(name)\":\"another-one\"")
    },
    spoiler("H12", "The secret is not UTF-8.", secrets) { reply, names in
      for name in reply.present(names).prefix(1) {
        reply.splice(name, Array(#""abc"#.utf8) + [0xFF, 0xFE] + Array(#"def""#.utf8))
      }
    },
    splicer("H12b", "The secret has half a surrogate pair.", secrets, #""abc\ud800def""#),
    splicer("H12c", "The secret has a NUL.", secrets, #""abc\u0000def""#),
    spoiler("H13", "A byte order mark before the JSON.") { reply, _ in
      reply.body = [0xEF, 0xBB, 0xBF] + reply.body
    },
    spoiler("H25", "Members that nobody knows.") { reply, _ in
      reply.change { $0["unheardOf"] = ["nested": [1, 2, 3], "nothing": nil] }
    },
    splicer("H26", "A token type that is not Bearer.", tokenTypes, #""MAC""#),
    Fault(
      id: "H34", summary: "The answer to another operation.", phase: .after, isSlow: false,
      spoils: true
    ) { reply, request in
      reply.body = Array(
        (request.operation == .registerClient
          ? #"{"accessToken":"x","tokenType":"Bearer"}"#
          : #"{"clientId":"x","clientSecret":"y","clientSecretExpiresAt":0}"#).utf8)
    },
  ]

  private static let lifetimes: [Fault] = [
    spoiler("H14", "The lifetime is missing.", lifetimeNames) { $0.drop($1) },
    splicer("H15", "The lifetime is a string.", lifetimeNames, #""3600""#),
    splicer("H15b", "The lifetime has a fraction.", lifetimeNames, "3600.5"),
    splicer("H15c", "The lifetime is negative.", lifetimeNames, "-5"),
    splicer("H15d", "The lifetime is zero.", lifetimeNames, "0"),
    splicer("H15e", "The lifetime is 1e308.", lifetimeNames, "1e308"),
    splicer("H15f", "The lifetime is NaN.", lifetimeNames, "NaN"),
  ]

  private static let intervals: [Fault] = [
    spoiler("H16", "The interval is missing.", interval) { $0.drop($1) },
    splicer("H16b", "The interval is zero.", interval, "0"),
    splicer("H16c", "The interval is negative.", interval, "-1"),
    splicer("H16d", "The interval is junk.", interval, #""junk""#),
    splicer("H16e", "The interval is a million.", interval, "1000000"),
  ]

  private static let addresses: [Fault] = [
    splicer("H17", "The page's address is a script.", addressNames, #""javascript:alert(1)""#),
    splicer("H17b", "The page's address is a file.", addressNames, #""file:///etc/passwd""#),
    splicer("H17c", "The page is plain http.", addressNames, #""http://elsewhere.example/device""#),
    splicer(
      "H17d", "The page's address has control characters.", addressNames,
      #""https://elsewhere.example/\u001b[2J\r\nx""#),
  ]

  private static let codes: [Fault] = [
    splicer("H18", "The user code has terminal escapes.", userCodes, #""\u001b[31mBCDF-GHJK""#),
    splicer("H18b", "The user code is written backwards.", userCodes, #""\u202eKJHG-FDCB""#),
    splicer(
      "H18c", "The user code has 10 kB.", userCodes,
      "\"" + String(repeating: "B", count: 10_000) + "\""),
  ]

  private static let heads: [Fault] = [
    spoiler("H22", "A header line of 70 KiB.") { reply, _ in
      reply.headers.append(HeaderField("x-padding", String(repeating: "x", count: 70 << 10)))
    },
    spoiler("H22b", "200 headers.") { reply, _ in
      reply.headers += (1...200).map { HeaderField("x-padding-\($0)", "x") }
    },
    spoiler("H24", "The wrong Content-Type.") { reply, _ in
      reply[header: "Content-Type"] = "text/html"
    },
    spoiler("H33", "Cookies, one of them odd.") { reply, _ in
      reply.headers += [
        HeaderField("Set-Cookie", "a=1; Path=/"), HeaderField("Set-Cookie", "=;;;; Domain=.com"),
      ]
    },
  ]

  private static func spoiler(
    _ id: String, _ summary: String, _ members: Members? = nil,
    _ act: @escaping @Sendable (inout BehaviourReply, _ names: [String]) -> Void
  ) -> Fault {
    Fault(
      id: id, summary: summary, phase: .after, isSlow: false, spoils: true,
      operations: members?.operations
    ) { reply, _ in
      act(&reply, members?.names ?? [])
    }
  }

  /// Puts a text, JSON or not, in place of the values of members.
  private static func splicer(
    _ id: String, _ summary: String, _ members: Members, _ text: String
  ) -> Fault {
    spoiler(id, summary, members) { reply, names in
      for name in reply.present(names) { reply.splice(name, text) }
    }
  }
}

extension BehaviourReply {
  var members: JSONObject { (try? JSON.parse(body))?.asObject ?? [:] }

  /// Where the portal has the members of a role's credentials.
  private static let inner = "roleCredentials"

  private var holders: [JSONObject] {
    let members = members
    return [members] + (members[Self.inner]?.asObject.map { [$0] } ?? [])
  }

  func value(_ name: String) -> JSON? { holders.lazy.compactMap { $0[name] }.first }

  func present(_ names: [String]) -> [String] {
    let holders = holders
    return names.filter { name in holders.contains { $0[name] != nil } }
  }

  mutating func change(_ alter: (inout JSONObject) -> Void) {
    var members = members
    alter(&members)
    body = (try? members.encoded()) ?? body
  }

  mutating func drop(_ names: [String]) {
    guard !present(names).isEmpty else { return }
    change { members in
      for name in names { members[name] = nil }
      guard var inner = members[Self.inner]?.asObject else { return }
      for name in names { inner[name] = nil }
      members[Self.inner] = .object(inner)
    }
  }

  mutating func splice(_ name: String, _ text: String) { splice(name, Array(text.utf8)) }

  /// Puts bytes in place of a member's value.
  ///
  /// By finding its text: what is put there need not be JSON, and later splices find a body that is
  /// none any more.
  mutating func splice(_ name: String, _ bytes: [UInt8]) {
    let label = Array("\"\(name)\":".utf8)
    guard let start = body.firstRange(of: label)?.upperBound else { return }
    var end = start
    var isInText = false
    while end < body.count {
      let byte = body[end]
      if isInText, byte == UInt8(ascii: "\\") {
        end += 2
        continue
      }
      if byte == UInt8(ascii: "\"") { isInText.toggle() }
      if !isInText, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") { break }
      end += 1
    }
    body.replaceSubrange(start..<min(end, body.count), with: bytes)
  }
}
