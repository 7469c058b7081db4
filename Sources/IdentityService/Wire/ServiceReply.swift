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

extension ServiceReply {
  /// A success; the real service sorts its members.
  static func success(
    _ members: JSONObject, status: Int = 200, _ dialect: Dialect, facts: ExchangeFacts
  ) -> Self {
    let sorted = dialect.spelled(members).inOrderOfNames
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
    // The answer to most polls, and to most requests: written once.
    if error == .authorizationPending {
      var reply = dialect == .aws ? pending.aws : pending.rfc
      reply.facts = facts
      return reply
    }
    return written(error, dialect, facts)
  }

  private static let pending = (
    aws: written(.authorizationPending, .aws, ExchangeFacts()),
    rfc: written(.authorizationPending, .rfc, ExchangeFacts())
  )

  private static func written(
    _ error: ServiceError, _ dialect: Dialect, _ facts: ExchangeFacts
  ) -> Self {
    let headers = Self.commonHeaders + error.typeHeader(dialect) + error.headers
    let body = error.members(dialect)
    return Self(status: error.status, headers: headers, body: bytes(body), facts: facts)
  }

  /// Adds what differs from request to request.
  mutating func stamp(requestID: String, date: String) {
    headers.insert(ServiceHeader(name: .date, value: date), at: 0)
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
      return members.inOrderOfNames
    }
  }
}
