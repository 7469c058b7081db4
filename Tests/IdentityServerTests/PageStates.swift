//  PageStates.swift - every state that the pages have, each reached as a browser reaches it.

#if Server
  import IdentityService
  import StrictJSON

  @testable import IdentityServer

  /// One state, by name, and the page that a browser sees in it.
  struct PageState: Sendable, CustomStringConvertible {
    let name: String
    let status: Int
    let reply: PageReply

    var description: String { name }

    /// All states, for a program of a name and in the best of some languages.
    static func all(
      clientName: String = "laptop", languages: [Language] = Language.all
    ) -> [PageState] {
      var states = Entering(clientName, languages).states
      states += Deciding(clientName, languages).states
      states += Authorizing(clientName, languages).states
      states += Refusing(clientName, languages).states
      return states
    }

    static func page(_ name: String, _ status: Int, _ page: Page, _ languages: [Language]) -> Self {
      let language = languages.first ?? .english
      let reply = PageReply(page: page, language: language, languages: languages)
      return PageState(name: name, status: status, reply: reply)
    }
  }

  private struct Entering {
    let states: [PageState]

    init(_ clientName: String, _ languages: [Language]) {
      var visit = Visit(clientName: clientName, languages: languages)
      let code = visit.startedCode()
      let entry = visit.get("/device")
      var states = [
        PageState(name: "start", status: 200, reply: visit.get("/start")),
        PageState(name: "entry", status: 200, reply: entry),
        PageState(
          name: "empty", status: 400, reply: visit.press(entry, ["user_code": " "])),
        PageState(
          name: "malformed", status: 400, reply: visit.get("/device", query: "user_code=BCDF")),
        PageState(
          name: "foreign-letters", status: 400,
          reply: visit.get("/device", query: "user_code=\(percentEncoded(clientName))")),
        PageState(
          name: "unknown", status: 404, reply: visit.get("/device", query: "user_code=BBBBBBBB")),
      ]
      _ = visit.host.clock.advance(by: .seconds(600))
      states.append(
        PageState(
          name: "expired", status: 410, reply: visit.get("/device", query: "user_code=\(code)")))
      for _ in 0..<8 { _ = visit.get("/device", query: "user_code=BBBBBBBB") }
      states.append(
        PageState(name: "too-many-tries", status: 429, reply: visit.get("/device")))
      self.states = states
    }
  }

  private struct Deciding {
    let states: [PageState]

    /// Some of more people than one page shows.
    private static func crowd(_ clientName: String, _ languages: [Language]) -> PageReply {
      var visit = Visit(clientName: clientName, languages: languages, directory: .crowd)
      return visit.get("/device", query: "user_code=\(visit.startedCode())")
    }

    init(_ clientName: String, _ languages: [Language]) {
      var visit = Visit(clientName: clientName, languages: languages)
      let codes = (0..<3).map { _ in visit.startedCode() }
      let person = visit.get("/device", query: "user_code=\(codes[0])")
      let confirm = visit.press(person, ["person": "alice"])
      let denying = visit.confirmPage(codes[1])
      _ = visit.host.decide(userCode: codes[2], .deny)
      states = [
        PageState(name: "person", status: 200, reply: person),
        PageState(name: "people", status: 200, reply: Self.crowd(clientName, languages)),
        PageState(name: "confirm", status: 200, reply: confirm),
        PageState(
          name: "done", status: 200, reply: visit.press(confirm, ["decision": "approve"])),
        PageState(
          name: "denied", status: 200, reply: visit.press(denying, ["decision": "deny"])),
        PageState(
          name: "conflict", status: 409, reply: visit.press(confirm, ["decision": "deny"])),
        PageState(
          name: "denied-before", status: 409,
          reply: visit.press(denying, ["decision": "approve"])),
        PageState(
          name: "denied-elsewhere", status: 409,
          reply: visit.get("/device", query: "user_code=\(codes[2])")),
        .page("approved-elsewhere", 409, .conflict(.approved, byThisBrowser: false), languages),
      ]
    }
  }

  private struct Authorizing {
    let states: [PageState]

    init(_ clientName: String, _ languages: [Language]) {
      var visit = Visit(clientName: clientName, languages: languages)
      let consent = visit.consentPage()
      states = [
        PageState(name: "consent", status: 200, reply: consent),
        PageState(
          name: "returning", status: 303, reply: visit.press(consent, ["decision": "approve"])),
        PageState(
          name: "cannot-return", status: 400,
          reply: visit.get("/authorize", query: "client_id=" + percentEncoded(clientName))),
      ]
    }
  }

  private struct Refusing {
    let states: [PageState]

    init(_ clientName: String, _ languages: [Language]) {
      var visit = Visit(clientName: clientName, languages: languages)
      var empty = Visit(
        clientName: clientName, languages: languages, directory: Directory(people: [], accounts: [])
      )
      let entry = visit.get("/device")
      let nobody = empty.get("/device", query: "user_code=\(empty.startedCode())")
      let crossSite = visit.press(entry, [:], fetchSite: "cross-site")
      states = [
        PageState(name: "session-lost", status: 403, reply: visit.get("/device/confirm")),
        PageState(name: "page-lost", status: 403, reply: visit.get("/device/done")),
        PageState(name: "cross-site", status: 403, reply: crossSite),
        PageState(name: "unreadable", status: 400, reply: visit.get("/device", query: "a=%")),
        PageState(name: "wrong-method", status: 405, reply: visit.browse("PUT", "/device")),
        PageState(name: "nobody", status: 403, reply: nobody),
        .page("busy", 503, .busy(retryAfter: .seconds(5)), languages),
        .page("go-on", 303, .goOn(to: "/device/confirm?request=00"), languages),
      ]
    }
  }

  // MARK: - Languages that only tests speak

  extension Language {
    /// Long words without a break, as some languages have them, and letters with marks.
    static let longWords = Language(tag: "de-x-long", name: "Löñg") { text in
      PseudoText.changed(text.row.en) { "\($0)ßchäftsführungs\($0.lowercased())ÿ" }
    }

    /// Written from right to left, in Hebrew letters.
    static let rightToLeft = Language(tag: "he-x-rtl", name: "עברית", isRightToLeft: true) { text in
      PseudoText.changed(text.row.en) { word in
        String(String.UnicodeScalarView(word.unicodeScalars.map(PseudoText.hebrew)))
      }
    }

    /// The product's, and those.
    static let tested = all + [longWords, rightToLeft]
  }

  private enum PseudoText {
    /// Every word but the places.
    static func changed(_ text: String, _ change: (Substring) -> String) -> String {
      text.split(separator: " ").map { $0.contains("{") ? String($0) : change($0) }
        .joined(separator: " ")
    }

    static func hebrew(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
      guard scalar.isASCII, scalar.properties.isAlphabetic else { return scalar }
      return Unicode.Scalar(0x5D0 + (scalar.value | 32) % 27) ?? scalar
    }
  }
#endif
