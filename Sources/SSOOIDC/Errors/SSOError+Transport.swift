//  SSOError+Transport.swift - failures below HTTP, and calls that were stopped.

extension SSOError {
  /// Wraps a failure below HTTP.
  init(transport error: TransportError, operation: Operation, host: String) {
    if error.code == .cancelled {
      self = .cancelled(operation: operation.name, host: host)
    } else {
      let kind =
        switch error.code {
        case .tooLarge: Kind.limit
        case .badAnswer: Kind.parse
        default: Kind.transport
        }
      self.init(
        Code(error.code.rawValue), kind, error.message.escaped(), operation: operation.name,
        host: host)
      retryable = error.isPassing
    }
    self.transport = error
  }

  /// The error of a call that its caller stopped.
  static func cancelled(operation: String, host: String) -> Self {
    SSOError(.cancelled, .cancelled, "the call was stopped", operation: operation, host: host)
  }
}
