//  PageRequest.swift - what the pages see of a browser's request, and what they answer.

internal import IdentityService

/// A browser's request, as far as the pages look at it.
struct PageRequest: Sendable {
  let method: String
  let path: String
  let query: String
  let body: [UInt8]
  let cookies: String?
  let origin: String?
  /// `Sec-Fetch-Site`: how the browser itself sees it.
  let fetchSite: String?
  var acceptLanguage: String?
  /// Scheme, host and port that the browser used.
  let ownOrigin: String
  let address: String
  /// How long the browser has been kept waiting already.
  var waited = Duration.zero
}

/// A page with the headers that depend on the visit.
struct PageReply: Sendable {
  let page: Page
  /// Where the browser goes on; the page is then for those that do not go by themselves.
  var location: String?
  var allow: String?
  /// `Set-Cookie` headers.
  var cookies: [String] = []
  /// In which the page is written.
  var language = Language.english
  /// Those that the page offers.
  var languages = Language.all
  /// Where the same page can be asked for again, in another language too.
  var address = "/device"
  /// Where a form of this page may lead in the end, besides to us.
  var formTarget: String?
  /// For how long the browser is to wait before the same request is answered in place of this.
  var wait: Duration?
  /// For the journal.
  var facts = ExchangeFacts()
}

extension PageReply {
  /// The policy that keeps everything foreign out of the page (R6749-06, R6749-21).
  var contentSecurityPolicy: String {
    let targets = ["'self'", formTarget].compactMap { $0 }.joined(separator: " ")
    return "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action \(targets); "
      + "frame-ancestors 'none'; base-uri 'none'"
  }

  /// The address of this page in another language.
  func address(in language: Language) -> String {
    address + (address.contains("?") ? "&" : "?") + "lang=" + language.tag
  }
}

/// One request, with what its cookies say about the browser.
struct PageVisit: Sendable {
  let request: PageRequest
  let session: BrowserSession
  /// Whether the browser brought its session along.
  let isKnown: Bool
  /// Who signs in; `nil` until someone was chosen.
  let person: Person?
  /// Whether there is a choice.
  let hasOthers: Bool

  /// Who is counted when codes are wrong.
  var visitor: Visitor { Visitor(session: session.id, address: request.address) }

  /// The form of a request that posts one.
  var form: Form? { Form(String(decoding: request.body, as: UTF8.self)) }

  /// The query without the choice of a language, which is no part of anything else.
  var query: String {
    request.query.split(separator: "&", omittingEmptySubsequences: false)
      .filter { !$0.hasPrefix("lang=") }.joined(separator: "&")
  }

  /// Whether the browser says that the form came from our own page, by each header that it sends.
  ///
  /// Under our `Referrer-Policy`, browsers send the origin `null` even to ourselves; the other
  /// header must then speak for it.
  var isFromOwnSite: Bool {
    let site = request.fetchSite
    guard let origin = request.origin else { return site == nil || site == "same-origin" }
    if origin == "null" { return site == "same-origin" }
    return origin == request.ownOrigin && (site == nil || site == "same-origin")
  }
}
