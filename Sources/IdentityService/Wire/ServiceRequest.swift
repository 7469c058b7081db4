//  ServiceRequest.swift - one HTTP request, as far as the rules look at it.

/// One request to the service.
public struct ServiceRequest: Sendable {
  /// `POST` for every operation.
  public var method: String
  /// Without query.
  public var path: String
  /// Without `?`, still percent-encoded.
  public var query: String
  /// The bytes of the body; ``ServiceLimits/body`` at most.
  public var body: [UInt8]
  /// Where it came from.
  public var requester: Requester
  /// The scheme of the `Authorization` header (`Basic`), never the credentials.
  public var authorizationScheme: String?

  /// Makes a request.
  public init(
    method: String, path: String, query: String = "", body: [UInt8],
    requester: Requester = Requester(), authorizationScheme: String? = nil
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.requester = requester
    self.authorizationScheme = authorizationScheme
  }
}

/// Facts about the sender of a request, shown to the person who decides (R8628-29).
public struct Requester: Sendable, Equatable {
  /// The IP address, without port.
  public var address: String
  /// The `User-Agent` header, cut to 200 characters.
  public var userAgent: String

  /// Makes a requester.
  public init(address: String = "", userAgent: String = "") {
    self.address = address
    self.userAgent = String(userAgent.prefix(200))
  }
}
