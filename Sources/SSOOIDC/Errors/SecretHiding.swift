//  SecretHiding.swift - what was sent in confidence and comes back in an error's text.

internal import StrictJSON

extension Operation {
  /// The values of the secret members of a call.
  func secrets(in given: JSONObject) -> [String] {
    given.compactMap { name, value in
      input.contains { $0.isSecret && $0.name == name } ? value.asString : nil
    }
  }
}

extension String {
  /// Texts shorter than this are no secrets, and would be found everywhere.
  private static let shortestSecret = 4

  /// This text with every one of `secrets` replaced by `<secret>`.
  func hiding(_ secrets: [String]) -> String {
    secrets.reduce(self) { $0.hiding($1) }
  }

  private func hiding(_ secret: String) -> String {
    guard secret.utf8.count >= Self.shortestSecret, secret.utf8.count <= utf8.count else {
      return self
    }
    let needle = Array(secret.utf8)
    let bytes = Array(utf8)
    var result: [UInt8] = []
    var place = 0
    while place < bytes.count {
      if bytes[place] == needle[0], bytes[place...].starts(with: needle) {
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
