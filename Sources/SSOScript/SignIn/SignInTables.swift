//  SignInTables.swift - logins as scripts see them: member names as in the AWS API and AWS's files.

import LuaEngine
import SSOOIDC

extension LuaTable {
  /// A login that a person has to confirm.
  init(_ authorization: StartDeviceAuthorizationResponse) {
    self.init([
      "flow": "device",
      "deviceCode": .string(authorization.deviceCode.reveal()),
      "userCode": .string(authorization.userCode),
      "verificationUri": .string(authorization.verificationURI),
      "verificationUriComplete": authorization.verificationURIComplete.lua,
      "expiresIn": authorization.expiresIn.map { .integer($0.components.seconds) } ?? .nil,
      "interval": .integer(authorization.interval.components.seconds),
    ])
  }

  /// A token and where it came from.
  init(_ token: CachedToken, target: SignInTarget, source: SignIn.Source) {
    let isRefreshable = target.sessionName != nil && token.missingForRefresh.isEmpty
    self.init([
      "accessToken": .string(token.accessToken.reveal()),
      "expiresAt": .string(token.expiresAt.rfc3339),
      "startUrl": .string(target.startURL), "region": .string(target.region),
      "session": target.sessionName.lua, "source": .string(source.rawValue),
      "refreshable": .boolean(isRefreshable),
      "registrationExpiresAt": (token.registration?.expiresAt.rfc3339).lua,
    ])
  }

  /// What a store of a script is told about a kept thing.
  init(_ item: CacheItem, expires: Timestamp?, now: Timestamp) {
    self.init([
      "layer": .string(item.layer.rawValue), "session": item.target.sessionName.lua,
      "startUrl": Self.known(item.target.startURL), "region": Self.known(item.target.region),
      "accountId": item.target.accountID.lua, "roleName": item.target.roleName.lua,
      "expiresAt": (expires?.rfc3339).lua,
      "ttl": expires.map { .integer(max(0, ($0 - now).components.seconds)) } ?? .nil,
    ])
  }

  /// A target always has a text, be there nothing to say.
  private static func known(_ text: String) -> LuaValue { text.isEmpty ? .nil : .string(text) }
}

extension CacheLayer {
  /// A layer that a script names; a token's without a word.
  ///
  /// - Throws: ``ScriptFailure/misuse(_:)`` that names `place`.
  init(word: String?, _ place: String) throws(ScriptFailure) {
    let word = word ?? CacheLayer.token.rawValue
    guard let layer = CacheLayer(rawValue: word) else {
      throw .misuse(
        "\(place) must be registration, token or credentials, got "
          + "\"\(PrintableText.escaped(word, limit: 40))\"")
    }
    self = layer
  }
}

extension CacheItem {
  /// Whether a key can be a file's name everywhere.
  static func isPlain(_ key: String) -> Bool {
    !key.isEmpty && key.utf8.count <= 200 && !key.hasPrefix(".")
      && key.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "-_.".utf8.contains(byte)
        }
      }
  }

  /// A thing that a script names: AWS's file name, and what the script knows about it.
  ///
  /// - Throws: ``ScriptFailure/misuse(_:)`` that names what is wrong.
  init(key: String, _ facts: LuaValue, _ function: String) throws(ScriptFailure) {
    guard Self.isPlain(key) else {
      throw .misuse("\(function): key must be a plain file name of letters, digits, -, _ and .")
    }
    let facts: LuaTable = if case .table(let table) = facts { table } else { LuaTable() }
    try Self.check(facts, "\(function): item")
    let text = { (name: String) -> String? in
      if case .string(let text) = facts[name] { text } else { nil }
    }
    let layer = try CacheLayer(word: text("layer"), "\(function): item.layer")
    var target = SignInTarget(
      sessionName: text("session"), startURL: text("startUrl") ?? "", region: text("region") ?? "")
    (target.accountID, target.roleName) = (text("accountId"), text("roleName"))
    self.init(layer, name: key, target: target)
  }

  /// What a script may say of a thing: all of it text, but for the seconds that are left.
  private static let members = [
    "layer", "session", "startUrl", "region", "accountId", "roleName", "expiresAt", "ttl",
  ]

  private static func check(_ facts: LuaTable, _ place: String) throws(ScriptFailure) {
    guard facts.items.isEmpty else { throw .misuse("\(place): members go by name") }
    switch facts.stranger(beside: members) {
    case nil: break
    case .type: throw .misuse("\(place): members go by name")
    case .name(let name):
      let hint = Spelling.hint(for: name, among: members)
      throw .misuse(
        "\(place): unknown member \"\(PrintableText.escaped(name, limit: 60))\"\(hint)")
    }
    for name in members {
      switch (name, facts[name]) {
      case (_, .nil): break
      case ("ttl", let value): try check(ttl: value, "\(place).ttl")
      case ("expiresAt", .string(let text)):
        guard Timestamp(rfc3339: text) == nil else { break }
        throw .misuse("\(place).expiresAt must be a time such as 2026-01-31T12:00:00Z")
      case (_, .string): break
      case (_, let other):
        throw .misuse("\(place).\(name): expected string, got \(other.typeName)")
      }
    }
  }

  private static func check(ttl: LuaValue, _ place: String) throws(ScriptFailure) {
    guard let seconds = seconds(ttl) else {
      throw .misuse("\(place): expected number, got \(ttl.typeName)")
    }
    guard seconds >= 0, seconds.isFinite else {
      throw .misuse("\(place) must be a finite number of seconds from 0")
    }
  }

  private static func seconds(_ value: LuaValue) -> Double? {
    switch value {
    case .integer(let seconds): Double(seconds)
    case .number(let seconds): seconds
    default: nil
    }
  }

  /// More than any date can say, in seconds.
  private static let longest = 1e12

  /// From when on a thing is of no use, as a script says; nil when it does not.
  static func end(_ facts: LuaValue, now: Timestamp) -> Timestamp? {
    guard case .table(let facts) = facts else { return nil }
    if case .string(let text) = facts["expiresAt"] { return Timestamp(rfc3339: text) }
    return seconds(facts["ttl"]).map { now + .seconds(min($0, longest)) }
  }
}
