//  HTTPTransport.swift - the door to the network: one request in, one whole response out.
//
//  Knows: what a request and a response are made of.
//  Does not know: who sends them (CurlTransport, or a scenario), what bodies mean, retries.

package import StrictJSON

/// Sends one HTTP request and waits for the whole response.
///
/// An implementation follows no redirects, keeps no cookies and repeats nothing: whether a request
/// may be sent again is decided by the client, which knows what the request means.
public protocol HTTPTransport: Sendable {
  /// Sends `request` once.
  ///
  /// - Parameter request: What to send; its limits are the transport's to keep.
  /// - Returns: The response, whatever its status.
  /// - Throws: ``TransportError`` when no whole response arrived. Cancelling the task stops the
  ///   transfer and throws ``TransportError/Code/cancelled``.
  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse
}

/// One HTTP request.
public struct HTTPRequest: Sendable, Equatable {
  /// The HTTP method, `GET` or `POST` here.
  public var method: String
  /// Absolute, `http` or `https`, percent-encoded.
  public var url: String
  /// In the order they are sent; `Host` and `Content-Length` are the transport's.
  public var headers: HTTPHeaders
  /// Empty for no body.
  public var body: [UInt8]
  /// Times, sizes and trust for this request.
  public var options: HTTPOptions

  /// Makes a request.
  public init(
    method: String, url: String, headers: HTTPHeaders = [:], body: [UInt8] = [],
    options: HTTPOptions = HTTPOptions()
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.options = options
  }
}

extension HTTPRequest {
  /// How many bytes a head may have: of more than a megabyte libcurl says that there is no memory.
  package static let largestHead = 512 << 10

  /// Whether method, URL and headers together are more than ``largestHead``.
  package var isHeadTooLarge: Bool {
    headers.reduce(method.utf8.count + url.utf8.count) {
      $0 + $1.name.utf8.count + $1.value.utf8.count
    } > Self.largestHead
  }
}

/// The limits of one request; each has a number, so that none finds one in production.
public struct HTTPOptions: Sendable, Equatable {
  /// Until name look-up, connection and TLS handshake are done.
  public var connectTimeout: Duration = .seconds(5)
  /// Until the last byte of the response.
  public var timeout: Duration = .seconds(30)
  /// Bytes of the body after decoding.
  public var maximumBodySize = 1 << 20
  /// Bytes of one header line.
  public var maximumHeaderLineSize = 16 << 10
  /// Header lines in one response.
  public var maximumHeaderCount = 100
  /// A PEM file that replaces the system's roots.
  public var caBundle: String?

  /// The defaults named on each member.
  public init() {}
}

/// One HTTP response, complete.
public struct HTTPResponse: Sendable {
  /// The status code, 100 to 599.
  public var status: Int
  /// As received; look-up ignores case.
  public var headers: HTTPHeaders
  /// Decoded (gzip and so on undone).
  public var body: [UInt8] { didSet { document = nil } }
  private var document: Result<JSON, JSONError>?

  /// Makes a response.
  public init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Reads the body as JSON, which is then not read again.
  package mutating func readBody() { document = Self.read(body) }

  /// The same where another response with this body was read.
  package mutating func readBody(as other: HTTPResponse?) {
    if let other, other.body == body { document = other.document }
  }

  /// The body as JSON.
  package var json: Result<JSON, JSONError> { document ?? Self.read(body) }

  private static func read(_ body: [UInt8]) -> Result<JSON, JSONError> {
    do throws(JSONError) {
      // A large number may stand in a member that nobody reads (H25).
      return .success(try JSON.parse(body, limits: .foreign))
    } catch {
      return .failure(error)
    }
  }
}

extension HTTPResponse: Equatable {
  /// Equality of what was received.
  public static func == (left: Self, right: Self) -> Bool {
    left.status == right.status && left.headers == right.headers && left.body == right.body
  }
}

/// Header fields in order; names compare without case (RFC 9110 section 5.1).
public struct HTTPHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral, Sequence {
  /// One field.
  public struct Field: Sendable, Equatable {
    /// As written by the sender.
    public var name: String
    /// Without surrounding white space.
    public var value: String
  }

  private var fields: [Field] = []

  /// Makes headers from literal pairs, in order.
  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map(Field.init)
  }

  /// The first value under `name`; setting replaces all, `nil` removes them.
  public subscript(name: String) -> String? {
    get { fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value }
    set {
      fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
      if let newValue { append(name, newValue) }
    }
  }

  /// Adds a field after the others.
  public mutating func append(_ name: String, _ value: String) {
    if fields.isEmpty { fields.reserveCapacity(8) }
    fields.append(Field(name: name, value: value))
  }

  /// How many fields there are.
  public var count: Int { fields.count }

  /// Walks the fields in order.
  public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }
}

extension String {
  /// Whether this can be no header's value: it would begin another header, or end the text.
  package var breaksHeader: Bool {
    hasControlCharacters && utf8.contains { $0 == 0x0D || $0 == 0x0A || $0 == 0 }
  }

  /// Equality of header names and host names, without Unicode rules.
  package func equalsIgnoringASCIICase(_ other: String) -> Bool {
    utf8.count == other.utf8.count
      && (self == other
        || utf8.elementsEqual(other.utf8) { $0.asciiLowercased == $1.asciiLowercased })
  }
}

extension UInt8 {
  /// `A`–`Z` folded to `a`–`z`; every other byte as it is.
  var asciiLowercased: UInt8 { (65...90).contains(self) ? self | 0x20 : self }
}
