//  PolicyRules.swift - what the `allow` table of a policy lets through. Pure.

import SSOOIDC

/// One list of `allow`.
struct PolicyRule: Sendable, Equatable {
  /// What a rule is about.
  enum Subject: String, Sendable, CaseIterable {
    case startURLs = "start_urls"
    case regions
    case accounts
    case roles
    case flows
    case cache

    /// In a sentence.
    var words: String {
      switch self {
      case .startURLs: "the start URL"
      case .regions: "the region"
      case .accounts: "the account"
      case .roles: "the role"
      case .flows: "the flow"
      case .cache: "the cache"
      }
    }
  }

  let subject: Subject
  let patterns: [String]
  let place: PolicyPlace

  /// `allow.start_urls`.
  var name: String { "allow.\(subject.rawValue)" }

  func allows(_ value: String) -> Bool {
    patterns.contains { pattern in
      if pattern == "*" { return true }
      return subject == .startURLs
        ? StartURLPattern.matches(value, pattern)
        : Wildcard.matches(Array(value.utf8), Array(pattern.utf8))
    }
  }

  /// Why `value` is refused, or nil.
  func refusal(of value: String) -> SSOError? {
    guard !allows(value) else { return nil }
    return .policy(
      "\(subject.words) \(PrintableText.escaped(value, limit: 200)) is not allowed by the policy "
        + "\(place) (\(name))")
  }
}

/// The `allow` table of one policy.
struct PolicyRules: Sendable, Equatable {
  var rules: [PolicyRule] = []
  /// The longest life of what the service gives, and where that is said.
  var maximumLifetime: (limit: Duration, place: PolicyPlace)?

  func rule(_ subject: PolicyRule.Subject) -> PolicyRule? { rules.first { $0.subject == subject } }

  /// Why `value` is refused, or nil.
  func refusal(of subject: PolicyRule.Subject, _ value: String) -> SSOError? {
    rule(subject)?.refusal(of: value)
  }

  static func == (left: Self, right: Self) -> Bool {
    left.rules == right.rules && left.maximumLifetime?.limit == right.maximumLifetime?.limit
      && left.maximumLifetime?.place == right.maximumLifetime?.place
  }
}

extension SSOError {
  /// A refusal of a policy.
  static func policy(_ message: String, operation: String = "") -> SSOError {
    SSOError(.policyRefused, .permission, message, operation: operation)
  }

  /// A policy that cannot be used as it is.
  static func badPolicy(_ message: String) -> SSOError {
    SSOError(.invalidConfiguration, .validation, message)
  }
}

/// `*` stands for any number of bytes.
enum Wildcard {
  static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
    var (place, next) = (0, 0)
    var star: (pattern: Int, text: Int)?
    while place < text.count {
      if next < pattern.count, pattern[next] == UInt8(ascii: "*") {
        star = (next, place)
        next += 1
      } else if next < pattern.count, pattern[next] == text[place] {
        place += 1
        next += 1
      } else if let last = star {
        star = (last.pattern, last.text + 1)
        (next, place) = (last.pattern + 1, last.text + 1)
      } else {
        return false
      }
    }
    return pattern[next...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}

/// Start URLs and the patterns that name them.
///
/// Scheme, host and path are compared one by one, so that a `*` in the host stays in the host:
/// `https://evil.example/.awsapps.com/start` is not `https://*.awsapps.com/start`.
enum StartURLPattern {
  static func matches(_ url: String, _ pattern: String) -> Bool {
    guard HostPattern.isPlain(url), let url = parts(url), let pattern = parts(pattern) else {
      return false
    }
    return url.scheme == pattern.scheme
      && Wildcard.matches(Array(url.host.utf8), Array(pattern.host.utf8))
      && Wildcard.matches(Array(url.path.utf8), Array(pattern.path.utf8))
  }

  /// Nil for what has no scheme and host.
  static func parts(_ url: String) -> (scheme: String, host: String, path: String)? {
    guard let (scheme, rest) = url.splitAtScheme else { return nil }
    let host = rest.authority
    var path = rest.utf8[host.endIndex...]
    // `/start`, `/start/` and `/start/#/` are one portal.
    while let last = path.last, last == UInt8(ascii: "/") || last == UInt8(ascii: "#") {
      path.removeLast()
    }
    return host.isEmpty ? nil : (scheme.lowercased(), host.lowercased(), String(Substring(path)))
  }
}
