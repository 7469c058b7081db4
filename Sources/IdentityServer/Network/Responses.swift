//  Responses.swift - the replies of service, pages and control API as HTTP responses.
//
//  Knows: header names, and the headers that protect every page.

#if Server
  internal import HTTPTypes
  internal import HummingbirdCore
  internal import IdentityService
  internal import NIOCore
  internal import StrictJSON

  extension Response {
    /// A reply of the service.
    init(_ reply: ServiceReply) {
      var fields = HTTPFields()
      for header in reply.headers {
        if let name = HTTPField.Name.of(header.name) {
          fields.append(HTTPField(name: name, value: header.value))
        }
      }
      self.init(
        status: HTTPResponse.Status(code: reply.status), headers: fields,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }

    /// A page.
    init(_ reply: PageReply, simulatedTime: ServiceTime?) {
      var fields = Self.pageHeaders
      fields[.contentSecurityPolicy] = reply.contentSecurityPolicy
      fields[.contentLanguage] = reply.language.tag
      fields[values: .setCookie] = reply.cookies
      fields[.allow] = reply.allow
      fields[.location] = reply.location
      fields[.retryAfter] = reply.page.retryAfter.map { String(wholeSeconds($0)) }
      // Without script, the page looks by itself whether the wait is over.
      fields[.refresh] = reply.page.refreshAfter.map { "\(wholeSeconds($0)); url=/device" }
      let document = reply.document(simulatedTime: simulatedTime)
      self.init(
        status: HTTPResponse.Status(code: reply.page.status), headers: fields,
        body: ResponseBody(byteBuffer: ByteBuffer(string: document)))
    }

    /// An answer of the control API.
    init(_ reply: ControlReply) {
      var fields: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
      fields[.allow] = reply.allow
      if reply.status == 401 { fields[.wwwAuthenticate] = "Bearer" }
      // Flat objects of texts and whole numbers: encoding has nothing to refuse.
      let bytes = (try? reply.json.encoded()) ?? Array("{}".utf8)
      self.init(
        status: HTTPResponse.Status(code: reply.status), headers: fields,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    /// A line of text.
    static func plain(_ status: HTTPResponse.Status, _ text: String) -> Response {
      Response(
        status: status,
        headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    /// A method that a path is not asked with.
    static func notAllowed(_ methods: String) -> Response {
      var response = plain(.methodNotAllowed, "Ask with \(methods).\n")
      response.headers[.allow] = methods
      return response
    }

    /// The state file could not be written: nothing was changed, and later may be better (S03, S05).
    ///
    /// - Returns: 503 with `Retry-After`.
    static func notKept(_ word: NotKept) -> Response {
      var response = Response(
        status: .serviceUnavailable,
        headers: [.contentType: word.contentType, .cacheControl: "no-store", .retryAfter: "5"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: word.body)))
      if word == .exception { response.headers[.errorType] = "InternalServerException" }
      return response
    }

    /// The look of the pages.
    static var stylesheet: Response {
      Response(
        status: .ok,
        headers: [
          .contentType: "text/css; charset=utf-8", .cacheControl: "max-age=3600",
          .xContentTypeOptions: "nosniff",
        ],
        body: ResponseBody(byteBuffer: ByteBuffer(string: IdentityServer.stylesheet)))
    }

    /// The same head, `Content-Length` included, without body: what HEAD is answered.
    var withoutBody: Response { Response(status: status, headers: headers, body: ResponseBody()) }

    /// No script, no frame, nothing from elsewhere, nothing kept (R6749-21).
    private static let pageHeaders: HTTPFields = {
      var fields: HTTPFields = [
        .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
        .xContentTypeOptions: "nosniff",
      ]
      fields[.frameOptions] = "DENY"
      fields[.referrerPolicy] = "no-referrer"
      fields[.openerPolicy] = "same-origin"
      return fields
    }()
  }

  /// How the one who asked is told that a change could not be kept.
  enum NotKept {
    /// An exception that AWS's SDKs know and try again after.
    case exception
    /// The same as the portal says it: nothing in a header.
    case portal
    /// In the words of the control API.
    case control
    /// The same when a virtual clock was moved: time does not go back.
    case clock
    /// A line of text.
    case plain

    var contentType: String { self == .plain ? "text/plain; charset=utf-8" : "application/json" }

    var body: [UInt8] {
      let text = "The service cannot keep its state now; nothing was changed, try again."
      let moved =
        "The clock was moved, so do not move it again; but the service cannot keep its state now."
      return switch self {
      case .exception: Array(#"{"error":"server_error","error_description":"\#(text)"}"#.utf8)
      case .portal:
        Array(
          (#"{"message":"\#(text)","#
            + #""__type":"com.amazonaws.switchboard.portal#InternalServerException"}"#).utf8)
      case .control: Array(#"{"error":"server_error","message":"\#(text)"}"#.utf8)
      case .clock: Array(#"{"error":"server_error","message":"\#(moved)"}"#.utf8)
      case .plain: Array((text + "\n").utf8)
      }
    }
  }

  /// Rounded up: whoever comes back then is not too early.
  private func wholeSeconds(_ duration: Duration) -> Int64 {
    let (seconds, rest) = duration.components
    return rest > 0 ? seconds + 1 : seconds
  }

  extension HTTPField.Name {
    fileprivate static let refresh = Self.parsed("Refresh")
    fileprivate static let frameOptions = Self.parsed("X-Frame-Options")
    fileprivate static let referrerPolicy = Self.parsed("Referrer-Policy")
    fileprivate static let openerPolicy = Self.parsed("Cross-Origin-Opener-Policy")
    private static let pragma = Self.parsed("Pragma")
    private static let requestID = Self.parsed(ServiceHeader.Name.requestID.rawValue)
    fileprivate static let errorType = Self.parsed(ServiceHeader.Name.errorType.rawValue)
    /// The portal's access token.
    static let sessionToken = Self.parsed("x-amz-sso_bearer_token")
    /// How the browser itself sees where a request comes from.
    static let fetchSite = Self.parsed("Sec-Fetch-Site")

    /// Every name above is a token; the fallback is never sent under a wrong name, as no header of
    /// ours is called so.
    private static func parsed(_ name: String) -> Self { Self(name) ?? .xContentTypeOptions }

    /// The service's header names, without parsing one per request.
    fileprivate static func of(_ name: ServiceHeader.Name) -> Self? {
      switch name {
      case .date: .date
      case .contentType: .contentType
      case .cacheControl: .cacheControl
      case .pragma: .pragma
      case .requestID: .requestID
      case .errorType: .errorType
      case .allow: .allow
      case .authenticate: .wwwAuthenticate
      }
    }
  }
#endif
