//  ServiceRequest.swift - one HTTP request, as far as the rules look at it.

public import StrictJSON

/// One request to the service.
public struct ServiceRequest: Sendable {
  /// As sent: `POST`, `GET`.
  public var method: String
  /// Without query.
  public var path: String
  /// Without `?`, still percent-encoded.
  public var query: String
  /// The headers that the operation may look at.
  public var headers: RequestHeaders
  /// The bytes of the body; ``ServiceLimits/body`` at most.
  public var body: [UInt8] { didSet { document = nil } }
  /// Where it came from.
  public var requester: Requester
  private var document: Result<JSON, JSONError>?

  /// Makes a request.
  public init(
    method: String, path: String, query: String = "", headers: RequestHeaders = [:],
    body: [UInt8], requester: Requester = Requester()
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.requester = requester
  }

  /// Reads the body as JSON, which is then not read again.
  public mutating func readBody() { document = Self.read(body) }

  /// The body as JSON: flat objects are all that operations take, lists in them at most.
  public var json: Result<JSON, JSONError> { document ?? Self.read(body) }

  private static func read(_ body: [UInt8]) -> Result<JSON, JSONError> {
    do throws(JSONError) {
      return .success(try JSON.parse(body, limits: JSONLimits(depth: 8)))
    } catch {
      return .failure(error)
    }
  }
}

/// Header fields, found by name without regard to case.
public struct RequestHeaders: Sendable, Equatable, ExpressibleByDictionaryLiteral {
  private var fields: [Field] = []

  private struct Field: Equatable {
    let name: String
    let value: String
  }

  /// Makes headers from literal pairs.
  public init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { add(name, value) }
  }

  /// Adds a field; one that occurs twice has two values.
  public mutating func add(_ name: String, _ value: String) {
    if fields.isEmpty { fields.reserveCapacity(8) }
    fields.append(Field(name: name.lowercased(), value: value))
  }

  /// The first value of a field.
  ///
  /// - Parameter name: In lower case.
  public subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// All values of a field, in order.
  func values(of name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
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
    // By bytes first: characters have to be looked for.
    self.userAgent = userAgent.utf8.count <= 200 ? userAgent : String(userAgent.prefix(200))
  }
}
