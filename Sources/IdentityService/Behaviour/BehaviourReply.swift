//  BehaviourReply.swift - what a client gets, and how it leaves.
//
//  Knows: replies that no rule would give.
//  Does not know: sockets (IdentityServer).

/// One reply as a behaviour may change it.
public struct BehaviourReply: Sendable, Equatable {
  /// The status code.
  public var status: Int
  /// In the order they are sent; the length is the server's.
  public var headers: [HeaderField]
  /// Any bytes.
  public var body: [UInt8]
  /// How it leaves.
  public var delivery = Delivery.whole
  /// What a journal may hold about the exchange.
  public var facts: ExchangeFacts

  /// Makes a reply.
  public init(
    status: Int, headers: [HeaderField] = [], body: [UInt8] = [],
    facts: ExchangeFacts = ExchangeFacts()
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.facts = facts
  }

  /// What the rules said.
  public init(_ reply: ServiceReply) {
    self.init(
      status: reply.status,
      headers: reply.headers.map { HeaderField($0.name.rawValue, $0.value) }, body: reply.body,
      facts: reply.facts)
  }

  /// An exception of AWS's model, as the service of an operation says it.
  ///
  /// - Parameters:
  ///   - shape: Such as `SlowDownException`; see ``errors(of:)``.
  ///   - request: What is refused.
  ///   - description: In place of the service's own words; printable ASCII.
  ///   - random: 16 random bytes, for the request id.
  ///
  /// `nil` results when the operation has no such exception.
  public init?(
    error shape: String, to request: BehaviourRequest, description: String? = nil,
    random: [UInt8]
  ) {
    guard
      var error = ServiceError.modelled(request.operation).first(where: { $0.shape == shape })
    else { return nil }
    if let description { error = error.described(description) }
    self.init(error, to: request, random)
  }

  /// An internal error, as the service of an operation says it; the portal's model names none.
  ///
  /// - Parameters:
  ///   - request: What is answered.
  ///   - random: 16 random bytes, for the request id.
  public init(internalErrorTo request: BehaviourRequest, random: [UInt8]) {
    self.init(.internalError(of: request.operation), to: request, random)
  }

  private init(_ error: ServiceError, to request: BehaviourRequest, _ random: [UInt8]) {
    var facts = ExchangeFacts()
    facts.operation = request.operation
    var reply = ServiceReply.refusal(error, request.profile.dialect, facts: facts)
    reply.stamp(requestID: uuid(random), date: request.time.httpDate)
    self.init(reply)
  }

  /// The exceptions that an operation can answer with.
  public static func errors(of operation: Operation) -> [String] {
    ServiceError.modelled(operation).map(\.shape)
  }

  /// The first value under `name`, without regard to case; setting replaces all, `nil` removes.
  public subscript(header name: String) -> String? {
    get { headers.first { $0.name.isSameHeader(as: name) }?.value }
    set {
      headers.removeAll { $0.name.isSameHeader(as: name) }
      if let newValue { headers.append(HeaderField(name, newValue)) }
    }
  }
}

/// How a reply leaves.
public enum Delivery: Sendable, Equatable {
  /// As it should.
  case whole
  /// Not at all: the connection stays open and silent.
  case never
  /// Not at all: the connection is reset.
  case reset
  /// In part, and then the connection is reset.
  case resetWithin
  /// Not at all: the connection ends as if all were said.
  case closed
  /// With a longer `Content-Length` than there is, then the end of the connection.
  case short
  /// In chunks, and the connection ends within one.
  case cutChunk
  /// One byte a second.
  case slow
  /// Whole; then the connection ends though nothing said so.
  case thenClosed
  /// Whole; then the connection is reset, which the next request on it meets.
  case thenReset
}

extension String {
  /// Equality without regard to the case of ASCII letters (RFC 9110, 5.1).
  fileprivate func isSameHeader(as other: String) -> Bool {
    utf8.count == other.utf8.count && zip(utf8, other.utf8).allSatisfy { $0.lowered == $1.lowered }
  }
}

extension UInt8 {
  fileprivate var lowered: UInt8 { (0x41...0x5A).contains(self) ? self | 0x20 : self }
}

extension ServiceError {
  /// The same in other words.
  fileprivate func described(_ description: String) -> Self {
    var error = Self(shape, word, status: status, description, style: style)
    error.headers = headers
    error.details = details
    return error
  }
}
