//  UserAgent.swift - how the client names itself to AWS.
//
//  Knows: the grammar of AWS SDK user agents: `prefix/name#value`, separated by blanks.

/// The parts of the `User-Agent` header.
enum UserAgent {
  /// The header is cut here; a service may refuse longer ones.
  private static let longest = 1024

  /// Builds the header.
  ///
  /// - Parameters:
  ///   - product: Name and version of the program, `ssoscript/1.0.0`.
  ///   - retryMode: Told as a feature and as configuration, as the SDKs do.
  ///   - isCustomEndpoint: Told as feature `N`.
  ///   - applicationID: `AWS_SDK_UA_APP_ID`, when set.
  /// - Returns: The value of the header.
  static func text(
    product: String, retryMode: RetryPolicy.Mode, isCustomEndpoint: Bool, applicationID: String?
  ) -> String {
    let product = product.split(separator: "/", maxSplits: 1).map { token(String($0)) }
    var features = [retryMode == .legacy ? "D" : "E"]
    if isCustomEndpoint { features.append("N") }
    var parts = [
      product.joined(separator: "/"), "ua/2.1", "os/\(platform)", "lang/swift",
      "m/\(features.joined(separator: ","))", "cfg/retry-mode#\(retryMode.rawValue)",
    ]
    if let applicationID, !applicationID.isEmpty {
      parts.append("app/\(token(String(applicationID.prefix(50))))")
    }
    let text = parts.joined(separator: " ")  // of ASCII alone
    return text.utf8.count <= longest ? text : String(text.prefix(longest))
  }

  private static var platform: String {
    #if os(Linux)
      "linux"
    #elseif os(macOS)
      "macos"
    #else
      "other"
    #endif
  }

  /// Replaces what the grammar does not allow by `-`.
  private static func token(_ text: String) -> String {
    let allowed = "!$%&'*+-.^_`|~,".utf8
    if text.utf8.allSatisfy({ $0.isASCIIAlphanumeric || allowed.contains($0) }) { return text }
    return String(
      text.unicodeScalars.map { scalar -> Character in
        let byte = scalar.isASCII ? UInt8(ascii: scalar) : 0
        return byte.isASCIIAlphanumeric || allowed.contains(byte) ? Character(scalar) : "-"
      })
  }
}
