//  ServerLog.swift - what happens, one line each on standard error, for people or for programs.
//
//  Knows: the two formats. What is logged holds no secret: bodies, queries and headers never are.

#if Server
  internal import IdentityService
  internal import Logging
  internal import StrictJSON

  /// Writes lines as swift-log's handler.
  struct ServerLog: LogHandler {
    let format: LogFormat
    /// Takes whole lines, the end of line included.
    let write: @Sendable (String) -> Void
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        .map { ($0.key, "\($0.value)") }.sorted { $0.0 < $1.0 }
      let now = ServiceClock.system().now.internetDate
      write(format == .json ? json(event, now, fields) : text(event, now, fields))
    }

    private func text(_ event: LogEvent, _ now: String, _ fields: [(String, String)]) -> String {
      let words = fields.map { "\($0.0)=\(Self.quoted($0.1))" }
      return ([now, event.level.rawValue, "\(event.message)"] + words).joined(separator: " ") + "\n"
    }

    private func json(_ event: LogEvent, _ now: String, _ fields: [(String, String)]) -> String {
      var object: JSONObject = [
        "time": .string(now), "level": .string(event.level.rawValue),
        "message": .string("\(event.message)"),
      ]
      for (name, value) in fields { object[name] = .string(value) }
      // Texts only: encoding has nothing to refuse.
      return String(decoding: (try? JSON.object(object).encoded()) ?? [], as: UTF8.self) + "\n"
    }

    /// Plain words as they are; anything else in quotes, without control characters.
    private static func quoted(_ text: String) -> String {
      let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 }
      guard !isPlain else { return text }
      let escaped = (try? JSON.string(text).encoded()) ?? []
      return String(decoding: escaped, as: UTF8.self)
    }
  }

  extension ServerLog {
    /// A logger for a server.
    static func logger(
      _ level: LogLevel, _ format: LogFormat, _ write: @escaping @Sendable (String) -> Void
    ) -> Logger {
      guard let threshold = level.threshold else {
        return Logger(label: "ssoscript") { _ in SwiftLogNoOpLogHandler() }
      }
      return Logger(label: "ssoscript") { _ in
        ServerLog(format: format, write: write, logLevel: threshold)
      }
    }
  }

  extension LogLevel {
    fileprivate var threshold: Logger.Level? {
      switch self {
      case .debug: .debug
      case .info: .info
      case .warning: .warning
      case .error: .error
      case .none: nil
      }
    }
  }
#endif
