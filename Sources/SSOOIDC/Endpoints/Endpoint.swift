//  Endpoint.swift - where a service is.
//
//  Knows: AWS's endpoint rules for both services, and how a custom endpoint is read. Pure.
//  Does not know: environment and config file (ClientSettings).

/// Where the requests of one client go.
public struct Endpoint: Sendable, Equatable {
  /// Variants of AWS's own endpoints.
  public struct Variants: OptionSet, Sendable {
    /// The bits.
    public let rawValue: Int

    /// Makes a set of bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The endpoint with validated cryptography.
    public static let fips = Self(rawValue: 1)
    /// The endpoint that is also reached over IPv6.
    public static let dualStack = Self(rawValue: 2)
  }

  /// The base URL, without a slash at its end and without a query.
  public let url: String
  /// Host, and port if it is not the scheme's own.
  public let host: String
  /// The region requests are signed for; `nil` only with a custom endpoint.
  public let region: String?
  /// Whether the endpoint was named, not found by AWS's rules.
  public let isCustom: Bool
  /// Whether the host is this machine.
  public let isLoopback: Bool
  private let query: String?

  /// Finds the endpoint of `service`.
  ///
  /// - Parameters:
  ///   - service: Which of the two.
  ///   - region: Its name, `us-east-1`; may be `nil` with a custom endpoint.
  ///   - custom: An `http` or `https` URL that takes the place of AWS's endpoint. Its path and
  ///     query are kept; variants are then ignored, as by the SDKs.
  ///   - variants: FIPS and dual-stack.
  /// - Returns: The endpoint.
  /// - Throws: ``SSOError``: ``SSOError/Code/invalidRegion``,
  ///   ``SSOError/Code/invalidConfiguration`` for a custom URL that is none.
  public static func resolve(
    _ service: Service, region: String?, custom: String? = nil, variants: Variants = []
  ) throws(SSOError) -> Endpoint {
    if let region { try check(region: region) }
    if let custom { return try Endpoint(custom: custom, region: region) }
    guard let region else {
      throw SSOError(
        .invalidRegion, .validation,
        "no region: name one by option, by AWS_REGION or in the config file")
    }
    return Endpoint(service, region: region, variants: variants)
  }

  /// Puts `path` (with or without a query of its own) and `query` behind the base.
  func url(path: String, query: String) -> String {
    if query.isEmpty, self.query == nil { return url + path }
    var url = url + path
    for part in [self.query ?? "", query] where !part.isEmpty {
      url += (url.utf8.contains(UInt8(ascii: "?")) ? "&" : "?") + part
    }
    return url
  }

  private init(_ service: Service, region: String, variants: Variants) {
    let partition = Partition.containing(region)
    var prefix = service == .oidc ? "oidc" : "portal.sso"
    if variants.contains(.fips),
      variants.contains(.dualStack) || partition.id != "aws-us-gov"  // there the plain host is FIPS
    {
      prefix += "-fips"
    }
    let suffix =
      variants.contains(.dualStack) ? partition.dualStackSuffix : partition.suffix
    host = "\(prefix).\(region).\(suffix)"
    url = "https://\(host)"
    self.region = region
    query = nil
    isCustom = false
    isLoopback = false
  }

  private init(custom: String, region: String?) throws(SSOError) {
    guard let parts = URLParts(custom) else {
      throw SSOError(
        .invalidConfiguration, .validation,
        "the endpoint \"\(custom.withoutUserName.escaped(limit: 100))\" "
          + (custom.hasUserName
            ? "has a user name, which none may have" : "is no http or https URL"))
    }
    host = parts.authority
    var path = Substring(parts.path)
    while path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
    url = "\(parts.scheme)://\(host)\(path)"
    self.region = region
    query = parts.query.flatMap { $0.isEmpty ? nil : $0 }
    isCustom = true
    isLoopback = parts.isLoopback
  }

  /// A region becomes part of a host name, so it must be one label of it.
  static func check(region: String) throws(SSOError) {
    let bytes = region.utf8
    guard (1...63).contains(bytes.count), bytes.first != 0x2D, bytes.last != 0x2D,
      bytes.allSatisfy({ $0.isASCIIAlphanumeric || $0 == 0x2D }),
      !bytes.allSatisfy({ (0x30...0x39).contains($0) })
    else {
      throw SSOError(
        .invalidRegion, .validation,
        "the region \"\(region.escaped(limit: 63))\" is no valid host label")
    }
  }
}

extension String {
  /// This text without what stands before an `@`: it may be a password.
  fileprivate var withoutUserName: String {
    unicodeScalars.lastIndex(of: "@").map { "…" + String(unicodeScalars[$0...]) } ?? self
  }

  /// Whether an `@` stands before the path.
  fileprivate var hasUserName: Bool {
    let parts = utf8.split(maxSplits: 3, omittingEmptySubsequences: false) {
      "/?#".utf8.contains($0)
    }
    return parts.count > 2 && parts[1].isEmpty && parts[2].contains(UInt8(ascii: "@"))
  }
}
