//  SSOError+Transport.swift - failures below HTTP, and calls that were stopped.

extension SSOError {
  /// Wraps a failure below HTTP.
  init(transport error: TransportError, operation: Operation, host: String) {
    if error.code == .cancelled {
      self = .cancelled(operation: operation.name, host: host)
    } else {
      self.init(
        Code(error.code.rawValue), error.kind, error.message.escaped(), operation: operation.name,
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

extension TransportError {
  /// The kind of the error that a call or a request fails with.
  package var kind: SSOError.Kind {
    switch code {
    case .tooLarge: .limit
    case .badAnswer: .parse
    case .cancelled: .cancelled
    default: .transport
    }
  }
}
