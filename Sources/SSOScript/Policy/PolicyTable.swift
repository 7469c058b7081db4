//  PolicyTable.swift - the table that a policy file returns, checked. Pure.
//
//  Knows: every key, its type, and how to say what is wrong with one.
//  Does not know: how the table was made (Policy), what hooks do.

import LuaEngine
import SSOOIDC

/// The functions that a policy may have.
enum PolicyHook: String, Sendable, CaseIterable {
  case beforeRegister = "before_register"
  case afterRegister = "after_register"
  case beforeAuthorize = "before_authorize"
  case onVerification = "on_verification"
  case beforeToken = "before_token"
  case onToken = "on_token"
  case beforeCredentials = "before_credentials"

  /// Whether what it returns takes the place of what it was given.
  var changesInput: Bool { rawValue.hasPrefix("before_") }
}

/// What is wrong with a policy, and where.
public struct PolicyProblem: Error, Sendable, Equatable, CustomStringConvertible {
  /// File and line.
  public var place: PolicyPlace
  /// One sentence.
  public var message: String

  /// `policy.lua:3: allow.regions: expected a list of strings, got string`.
  public var description: String { "\(place): \(message)" }
}

/// What a policy says.
struct PolicyTable {
  private(set) var rules = PolicyRules()
  private(set) var hooks: [PolicyHook: LuaReference] = [:]
  /// A store, or a function that gives one.
  private(set) var cache: LuaValue = .nil
  private(set) var notify: [LuaReference] = []
  /// Everything that is wrong with it, in the order of its lines.
  private(set) var problems: [PolicyProblem] = []

  private let path: String
  private let level: PolicyLevel
  private let lines: KeyLines

  init(_ value: LuaValue, _ source: PolicySource) {
    path = source.path
    level = source.level
    lines = KeyLines(source.text)
    guard case .table(let table) = value, table.items.isEmpty else {
      problem(
        nil,
        "a policy returns one table by name, this returns "
          + (value == .nil ? "nothing" : value.typeWithArticle))
      return
    }
    for field in table.ordered { read(field) }
    problems.sort { ($0.place.line ?? 0) < ($1.place.line ?? 0) }
  }

  /// Where a key of the policy itself stands.
  func place(_ key: String) -> PolicyPlace {
    PolicyPlace(path: path, line: lines.line(of: key, outside: "allow"))
  }

  private func allowPlace(_ key: String) -> PolicyPlace {
    PolicyPlace(path: path, line: lines.line(of: key, in: "allow"))
  }

  private mutating func problem(_ place: PolicyPlace?, _ message: String) {
    problems.append(
      PolicyProblem(place: place ?? PolicyPlace(path: path), message: message))
  }

  // MARK: Keys

  private static let keys = PolicyHook.allCases.map(\.rawValue) + ["allow", "cache", "notify"]

  private mutating func read(_ field: LuaTable.Field) {
    guard case .string(let key) = field.key, Self.keys.contains(key) else {
      return unknown(field.key, among: Self.keys, "")
    }
    if let hook = PolicyHook(rawValue: key) {
      guard let function = Self.function(field.value) else {
        return problem(place(key), Self.mismatch(key, "a function", field.value))
      }
      hooks[hook] = function
      return
    }
    switch key {
    case "allow": readAllow(field.value)
    case "notify": readNotify(field.value)
    default: readCache(field.value)
    }
  }

  private mutating func unknown(
    _ key: LuaValue, among names: [String], _ prefix: String
  ) {
    guard case .string(let name) = key else {
      return problem(nil, "\(prefix)a key is a \(key.typeName); keys are names")
    }
    let hint = Spelling.hint(for: name, among: names)
    problem(
      prefix.isEmpty ? place(name) : allowPlace(name),
      "unknown key \"\(prefix)\(PrintableText.escaped(name, limit: 60))\"\(hint)")
  }

  private static func mismatch(_ key: String, _ expected: String, _ value: LuaValue) -> String {
    "\(key): expected \(expected), got \(value.typeName)"
  }

  private static func function(_ value: LuaValue) -> LuaReference? {
    guard case .reference(let reference) = value, reference.kind == .function else { return nil }
    return reference
  }

  private mutating func readNotify(_ value: LuaValue) {
    if let function = Self.function(value) {
      notify = [function]
    } else if case .table(let table) = value, table.fields.isEmpty,
      table.items.allSatisfy({ Self.function($0) != nil })
    {
      notify = table.items.compactMap(Self.function)
    } else {
      problem(place("notify"), Self.mismatch("notify", "a function or a list of functions", value))
    }
  }

  private mutating func readCache(_ value: LuaValue) {
    guard level != .project else {
      return problem(
        place("cache"),
        "cache: a project's policy may refuse, but not say where logins are kept")
    }
    switch value {
    case .object, .string("none"): break
    case .reference(let reference) where reference.kind == .function: break
    case .table(let table)
    where ["get", "put", "delete"].allSatisfy({ Self.function(table[$0]) != nil }): break
    default:
      problem(
        place("cache"),
        Self.mismatch("cache", "a store, or a function that returns one", value))
      return
    }
    cache = value
  }

  // MARK: allow

  private mutating func readAllow(_ value: LuaValue) {
    guard case .table(let table) = value, table.items.isEmpty else {
      return problem(place("allow"), Self.mismatch("allow", "a table of lists", value))
    }
    let names = PolicyRule.Subject.allCases.map(\.rawValue) + ["max_lifetime"]
    for field in table.ordered {
      guard case .string(let key) = field.key, names.contains(key) else {
        unknown(field.key, among: names, "allow.")
        continue
      }
      if let subject = PolicyRule.Subject(rawValue: key) {
        readRule(subject, field.value)
      } else {
        readLifetime(field.value)
      }
    }
    rules.rules.sort { $0.subject.rawValue < $1.subject.rawValue }
  }

  private mutating func readRule(_ subject: PolicyRule.Subject, _ value: LuaValue) {
    let place = allowPlace(subject.rawValue)
    guard let patterns = Self.texts(value) else {
      return problem(place, Self.noTexts("allow.\(subject.rawValue)", value))
    }
    for pattern in patterns {
      if let wrong = Self.problem(with: pattern, subject) {
        problem(place, "allow.\(subject.rawValue): \(wrong)")
      }
    }
    rules.rules.append(PolicyRule(subject: subject, patterns: patterns, place: place))
  }

  /// Names the item that is no string, as far as it is a list.
  private static func noTexts(_ key: String, _ value: LuaValue) -> String {
    guard case .table(let table) = value, table.fields.isEmpty,
      let index = table.items.firstIndex(where: { if case .string = $0 { false } else { true } })
    else { return mismatch(key, "a list of strings", value) }
    return "\(key): expected a list of strings, item \(index + 1) is "
      + table.items[index].typeWithArticle
  }

  private static func texts(_ value: LuaValue) -> [String]? {
    guard case .table(let table) = value, table.fields.isEmpty else { return nil }
    let texts = table.items.compactMap { if case .string(let text) = $0 { text } else { nil } }
    return texts.count == table.items.count ? texts : nil
  }

  private static let words: [PolicyRule.Subject: [String]] = [
    .flows: ["device", "pkce", "jwt_bearer", "token_exchange"],
    .cache: ["files", "memory", "none", "sqlite", "secret_service", "encrypted", "script"],
  ]

  /// What is wrong with one pattern, or nil.
  private static func problem(with pattern: String, _ subject: PolicyRule.Subject) -> String? {
    let shown = "\"\(PrintableText.escaped(pattern, limit: 60))\""
    if pattern.contains("*"), subject != .startURLs, subject != .cache { return nil }
    switch subject {
    case .startURLs where pattern != "*" && StartURLPattern.parts(pattern) == nil:
      return "\(shown) is no URL; write https://…/start, with * where anything will do"
    case .accounts
    where pattern.utf8.count != 12 || !pattern.utf8.allSatisfy({ (48...57).contains($0) }):
      return "\(shown) is no account: 12 digits, as a string, or a pattern with *"
    case .flows, .cache:
      let names = words[subject] ?? []
      guard !names.contains(where: { Wildcard.matches(Array($0.utf8), Array(pattern.utf8)) }) else {
        return nil
      }
      let word = String(pattern.prefix { $0 != ":" })
      let hint = Spelling.hint(for: word, among: names)
      return "there is no \(shown)\(hint); there are \(names.joined(separator: ", "))"
    default: return pattern.isEmpty ? "an empty text allows nothing" : nil
    }
  }

  private mutating func readLifetime(_ value: LuaValue) {
    let place = allowPlace("max_lifetime")
    let (seconds, got): (Double?, String) =
      switch value {
      case .integer(let integer): (Double(integer), "\(integer)")
      case .number(let number): (number, "\(number)")
      default: (nil, value.typeName)
      }
    // A token with less than a quarter of an hour left is renewed: a shorter life than twice that
    // would leave none to use.
    guard let seconds, (1800...31_536_000).contains(seconds) else {
      return problem(
        place, "allow.max_lifetime: expected seconds from 1800 to 31536000, got \(got)")
    }
    rules.maximumLifetime = (.seconds(seconds), place)
  }
}
