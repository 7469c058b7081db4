//  ServiceReply.swift - one HTTP response, and what a journal may say about it.
//
//  Knows: the headers and the JSON habits of the real service.
//  Does not know: why a request was refused (ServiceError), sockets.

internal import StrictJSON

/// One response of the service.
public struct ServiceReply: Sendable, Equatable {
  /// The status code.
  public var status: Int
  /// In the order they are sent.
  ///
  /// `Content-Length` and `Connection` are the server's.
  public var headers: [ServiceHeader]
  /// JSON, keys in alphabetical order.
  public var body: [UInt8]
  /// What a journal may hold about the exchange.
  public var facts: ExchangeFacts
}

/// One header field.
public struct ServiceHeader: Sendable, Equatable {
  /// The names that the service uses.
  public enum Name: String, Sendable, CaseIterable {
    /// The service's time.
    case date = "Date"
    /// Always `application/json`.
    case contentType = "Content-Type"
    /// Always `no-store` (R8628-08).
    case cacheControl = "Cache-Control"
    /// Beside tokens (R6749-13).
    case pragma = "Pragma"
    /// A UUID per request.
    case requestID = "x-amzn-RequestId"
    /// The error's shape, from which SDKs take their exception class.
    case errorType = "x-amzn-ErrorType"
    /// With 405 (R8628-01).
    case allow = "Allow"
    /// With 401 when the client used `Authorization` (R6749-15).
    case authenticate = "WWW-Authenticate"
  }

  /// Which header.
  public var name: Name
  /// Printable ASCII.
  public var value: String
}

/// What happened in one exchange; holds no secret.
public struct ExchangeFacts: Sendable, Equatable {
  /// `nil` when the path names none.
  public var operation: Operation?
  /// Of CreateToken, when it is one of those known.
  public var grantType: GrantType?
  /// The public id of the client, once it is authenticated or registered.
  public var clientID: String?
  /// As displayed; of a started device authorization.
  public var userCode: String?
  /// The word in `error`.
  public var error: String?
  /// Something that a security log should keep.
  public var audit: AuditEvent?
  /// The fault that was made on purpose, by its id.
  public var fault: String?

  /// Nothing known yet.
  public init() {}
}

/// An event for a security log.
public enum AuditEvent: String, Sendable {
  /// A device code was presented after its tokens were handed out (R8628-37).
  case deviceCodeReplayed = "device_code_replayed"
  /// A rotated refresh token was presented after the grace window; its family is revoked.
  case refreshTokenReused = "refresh_token_reused"
  /// An authorization code was presented after its use; its tokens are revoked (R6749-09).
  case authorizationCodeReplayed = "authorization_code_replayed"
  /// A redirect URI relies on the name `localhost` (R8252-02).
  case localhostRedirect = "localhost_redirect"
  /// An access token came in a URL, where logs and histories see it (R6750-04).
  case tokenInURL = "token_in_url"
}

/// What one call gave: the reply, and how the state changed on the way.
///
/// A store keeps the changes before the reply is sent; replayed in order onto an empty
/// ``ServiceState`` they rebuild it.
public struct Outcome<Reply: Sendable>: Sendable {
  /// For the caller.
  public var reply: Reply
  /// For the store, in order; empty when nothing changed.
  public var changes: [Change]
  /// Each row that the changes altered, as it was before, in order.
  public var replaced: [StateRow]
}

extension ServiceReply {
  /// A success; the real service sorts its members.
  static func success(
    _ members: JSONObject, status: Int = 200, _ dialect: Dialect, facts: ExchangeFacts
  ) -> Self {
    let spelled = dialect.spelled(members)
    let sorted = JSONObject(spelled.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    var headers = Self.commonHeaders
    if members["accessToken"] != nil {
      headers.append(ServiceHeader(name: .pragma, value: "no-cache"))
    }
    return Self(status: status, headers: headers, body: bytes(sorted), facts: facts)
  }

  /// A success that has nothing to say.
  static func empty(facts: ExchangeFacts) -> Self {
    let headers = Self.commonHeaders.filter { $0.name != .contentType }
    return Self(status: 200, headers: headers, body: [], facts: facts)
  }

  /// A refusal.
  static func refusal(_ error: ServiceError, _ dialect: Dialect, facts: ExchangeFacts) -> Self {
    var facts = facts
    facts.error = error.word
    let headers = Self.commonHeaders + error.typeHeader(dialect) + error.headers
    let body = error.members(dialect)
    return Self(status: error.status, headers: headers, body: bytes(body), facts: facts)
  }

  /// Adds what differs from request to request.
  mutating func stamp(requestID: String, time: ServiceTime) {
    headers.insert(ServiceHeader(name: .date, value: time.httpDate), at: 0)
    headers.append(ServiceHeader(name: .requestID, value: requestID))
  }

  private static let commonHeaders = [
    ServiceHeader(name: .contentType, value: "application/json"),
    ServiceHeader(name: .cacheControl, value: "no-store"),
  ]

  /// Replies are flat and hold no floating-point numbers, so that encoding has nothing to refuse.
  private static func bytes(_ object: JSONObject) -> [UInt8] {
    (try? JSON.object(object).encoded()) ?? Array("{}".utf8)
  }
}

extension ServiceError {
  /// The header from which AWS's SDKs take the exception.
  fileprivate func typeHeader(_ dialect: Dialect) -> [ServiceHeader] {
    guard dialect == .aws, style != .portal else { return [] }
    let type = shape + ":http://internal.amazon.com/coral/com.amazonaws.sso.oidc/"
    return [ServiceHeader(name: .errorType, value: type)]
  }

  fileprivate func members(_ dialect: Dialect) -> JSONObject {
    switch dialect == .rfc ? .oauth : style {
    case .portal:
      return [
        "message": .string(description),
        "__type": .string("com.amazonaws.switchboard.portal#\(shape)"),
      ]
    case .frontEnd: return ["message": .string(description)]
    case .oauth:
      var members = details
      if dialect == .aws || !word.isEmpty { members["error"] = .string(word) }
      members["error_description"] = .string(description)
      return JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
  }
}
