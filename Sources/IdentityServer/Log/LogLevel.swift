//  LogLevel.swift - how much is logged, and how it looks.

/// How much is logged; each level includes those after it.
public enum LogLevel: String, Sendable, CaseIterable {
  /// Also what the libraries below say.
  case debug
  /// Every request.
  case info
  /// What a security log should keep, and what the service could not do.
  case warning
  /// What the service could not do.
  case error
  /// Nothing.
  case none
}

/// How a line looks.
public enum LogFormat: String, Sendable, CaseIterable {
  /// `2026-01-01T00:00:00Z info request method=GET …`
  case text
  /// One JSON object per line.
  case json
}
