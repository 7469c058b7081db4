//  ServerLog.swift - what happens, one line each on standard error, for people or for programs.
//
//  Knows: levels and fields. What is logged holds no secret: bodies, queries and headers never are.
//  Does not know: how a line looks (LogFormat).

#if Server
  internal import Logging

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
      let fields = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
      write(format.line(event.level.rawValue, "\(event.message)", fields))
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
