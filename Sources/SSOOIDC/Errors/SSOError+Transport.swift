//  SSOError+Transport.swift - failures below HTTP, and secrets that came back in a text.

internal import StrictJSON

extension SSOError {
  /// Wraps a failure below HTTP.
  init(transport error: TransportError, operation: Operation, host: String) {
    if error.code == .cancelled {
      self = .cancelled(operation: operation.name, host: host)
    } else {
      let kind = error.code == .tooLarge ? Kind.limit : .transport
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

  /// Replaces every one of `secrets` in the texts, should the service have sent them back.
  mutating func hide(_ secrets: [String]) {
    for secret in secrets {
      message = message.hiding(secret)
      error = error?.hiding(secret)
      errorDescription = errorDescription?.hiding(secret)
      reason = reason?.hiding(secret)
      endpoint = endpoint?.hiding(secret)
      region = region?.hiding(secret)
    }
  }
}

extension Operation {
  /// The values of the secret members of a call.
  func secrets(in input: JSONObject) -> [String] {
    self.input.filter(\.isSecret).compactMap { input[$0.name]?.asString }
  }
}

extension String {
  /// Texts shorter than this are no secrets, and would be found everywhere.
  private static let shortestSecret = 4

  /// This text with `secret` replaced, and with a beginning of it that the cut left at the end.
  fileprivate func hiding(_ secret: String) -> String {
    let needle = Array(secret.utf8)
    let bytes = Array(utf8)
    guard needle.count >= Self.shortestSecret, bytes.count >= Self.shortestSecret else {
      return self
    }
    var result: [UInt8] = []
    var place = 0
    while place < bytes.count {
      let window = bytes[place..<min(place + needle.count, bytes.count)]
      if window.elementsEqual(needle) {
        result += "<secret>".utf8
        place += needle.count
      } else {
        result.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: result, as: UTF8.self)
  }
}
