//  PageLookTests.swift - points 13 to 25 of the page's checklist, by number: what a page is made of.

#if Server
  import IdentityService
  import StrictJSON
  import Testing

  @testable import IdentityServer

  @Suite struct `The page, points 13 to 25` {
    @Test(arguments: ["/device", "/start", "/device/confirm", "/device?user_code=nonsense"])
    func `P13 S19 every page carries the headers that protect it`(path: String) async throws {
      try await withServer { server in
        let headers = await server.send("GET", path).headers

        #expect(
          headers["content-security-policy"]
            == "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
            + "frame-ancestors 'none'; base-uri 'none'")
        #expect(headers["x-frame-options"] == "DENY")
        #expect(headers["referrer-policy"] == "no-referrer")
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["cache-control"] == "no-store")
        #expect(headers["cross-origin-opener-policy"] == "same-origin")
      }
    }

    @Test(arguments: PageState.all())
    func `P14 page and style are under 20 kB and ask nobody else`(state: PageState) throws {
      let tree = try state.reply.tree
      let addresses = tree.descendants.flatMap { element in
        ["href", "src", "action", "srcset", "poster"].compactMap { element[$0] }
      }

      #expect(state.reply.html.utf8.count + stylesheet.utf8.count <= 20_000)
      #expect(
        addresses.allSatisfy { $0.hasPrefix("/") && !$0.hasPrefix("//") || $0.hasPrefix("data:") })
      #expect(tree.all("link").compactMap { $0["rel"] } == ["icon", "stylesheet"])
      #expect(!stylesheet.contains("url(") && !stylesheet.contains("@import"))
    }

    @Test func `P15 the code leaves the address bar`() async throws {
      try await withServer { server in
        let waiting = try await Waiting(at: server)

        let opened = await server.send("GET", "/device?user_code=\(waiting.userCode)")

        #expect(opened.status == 303)
        #expect(opened.headers["location"]?.hasPrefix("/device/confirm?request=") == true)
        #expect(opened.headers["location"]?.contains(waiting.userCode) == false)
        #expect(!opened.body.contains(waiting.userCode))
      }
    }

    @Test(arguments: ["", "00", "zz", "not-hex", "e9", String(repeating: "ab", count: 36)])
    func `P15 an invented request name leads nowhere`(handle: String) {
      var visit = Visit()
      for path in ["/device/confirm", "/device/done", "/device/denied"] {
        #expect(visit.get(path, query: "request=\(handle)").status == 403)
      }
    }

    @Test(arguments: ["empty", "malformed", "foreign-letters", "unknown", "expired"])
    func `P16 an error is tied to its field and announced`(name: String) throws {
      let state = try #require(PageState.all(clientName: "hello").first { $0.name == name })
      let tree = try state.reply.tree
      let field = try #require(tree.all("input").first { $0["type"] == "text" })
      let problem = try #require(tree.descendants.first { $0["id"] == field["aria-describedby"] })

      #expect(field["aria-invalid"] == "true" && problem["role"] == "alert")
      #expect(!problem.text.isEmpty)
      #expect(name == "empty" || field["value"] != "")
    }

    @Test func `P16 what was typed comes back, the first 200 characters`() throws {
      var visit = Visit()
      let long = "\"><b>" + String(repeating: "é", count: 300)
      let tree = try visit.press(visit.get("/device"), ["user_code": long]).tree

      #expect(tree.all("input").last?["value"] == String(long.prefix(200)))
    }

    @Test(arguments: ["light", "dark"])
    func `P17 text stands out from its ground`(theme: String) throws {
      let colours = Colours(stylesheet, isDark: theme == "dark")
      let texts = [
        ("text", "page"), ("text", "card"), ("text", "soft"), ("quiet", "card"), ("quiet", "page"),
        ("accent", "card"), ("accent", "soft"), ("on-accent", "accent"), ("no", "no-soft"),
        ("yes", "yes-soft"), ("warn", "warn-soft"), ("glow", "screen"), ("dim", "screen"),
      ]
      let lines = [("edge", "card"), ("accent", "card"), ("no", "card"), ("yes", "card")]

      for (text, ground) in texts {
        #expect(try colours.contrast(text, ground) >= 4.5, "\(text) on \(ground)")
      }
      for (line, ground) in lines {
        #expect(try colours.contrast(line, ground) >= 3, "\(line) on \(ground)")
      }
    }

    @Test func `P17 the arithmetic of contrast is right`() throws {
      let colours = Colours(
        "{ --a: #000000; --b: #ffffff; --c: #767676; --d: #777777; }", isDark: false)

      #expect(try colours.contrast("a", "b") == 21)
      #expect(try colours.contrast("c", "b") >= 4.5 && colours.contrast("d", "b") < 4.5)
    }

    @Test func `P17 motion waits to be welcome, and focus is seen`() throws {
      let before = try #require(stylesheet.split(separator: "@media (prefers-reduced-motion").first)

      #expect(!before.contains("animation") && !before.contains("transition"))
      #expect(stylesheet.contains(":focus-visible { outline: 3px solid"))
    }

    @Test(arguments: PageState.all())
    func `P18 each page has its language, its title and one main part`(state: PageState) throws {
      let tree = try state.reply.tree
      let levels = tree.descendants.map(\.name).filter {
        $0.count == 2 && $0.hasPrefix("h") && $0 != "hr"
      }
      let identifiers = tree.descendants.compactMap { $0["id"] }

      #expect(tree["lang"] == "en" && tree["dir"] == "ltr")
      #expect(tree.first("title")?.text.hasSuffix(" – Local sign-in") == true)
      #expect(levels == ["h1"] && tree.first("main")?.first("h1") != nil)
      #expect(tree.all("main").count == 1 && tree.all("header").count == 1)
      #expect(Set(identifiers).count == identifiers.count)
      #expect(tree.all("svg").allSatisfy { $0["aria-hidden"] == "true" })
    }

    @Test func `P18 titles tell the states apart`() {
      let titles = Dictionary(grouping: PageState.all()) { $0.reply.page.title }
      let shared = titles.values.map { Set($0.map(\.name)) }.filter { $0.count > 1 }

      #expect(
        Set(shared) == [
          ["malformed", "foreign-letters"], ["conflict", "approved-elsewhere"],
          ["denied-before", "denied-elsewhere"], ["person", "people"],
        ])
    }

    @Test func `P19 dark and forced colours are looked after`() throws {
      let tree = try #require(try PageState.all().first?.reply.tree)

      #expect(
        tree.all("meta").contains { $0["name"] == "color-scheme" && $0["content"] == "light dark" })
      #expect(stylesheet.contains("@media (prefers-color-scheme: dark)"))
      #expect(stylesheet.contains("@media (forced-colors: active)"))
      #expect(!stylesheet.contains("forced-color-adjust"))
    }

    @Test func `P20 text is 16 px or more, and may be made larger`() throws {
      let tree = try #require(try PageState.all().first?.reply.tree)
      let sizes = stylesheet.matches(of: /font(?:-size)?:[^;]*?([0-9.]+)rem/).compactMap {
        Double($0.1)
      }

      #expect(!sizes.isEmpty && sizes.allSatisfy { $0 >= 1 })
      #expect(!stylesheet.contains("position: fixed") && !stylesheet.contains("position: sticky"))
      #expect(
        tree.all("meta").first { $0["name"] == "viewport" }?["content"]
          == "width=device-width, initial-scale=1")
    }

    @Test func `P21 the code can be heard letter by letter`() throws {
      var visit = Visit()
      let code = visit.startedCode()
      let letters = code.filter { $0 != "-" }.map(String.init).joined(separator: " ")

      let spoken = try visit.confirmPage(code).tree.descendants.first { $0["role"] == "img" }

      #expect(spoken?["aria-label"] == letters && spoken?.text == code)
      #expect(stylesheet.contains("monospace") && stylesheet.contains("slashed-zero"))
    }

    @Test func `P22 the wait is shown, and the page looks again by itself`() async throws {
      try await withServer { server in
        let cookie = await server.send("GET", "/device").headers["set-cookie"] ?? ""
        let headers = ["Cookie: " + cookie.prefix { $0 != ";" }]
        for _ in 0..<5 {
          _ = await server.send("GET", "/device?user_code=BBBBBBBB", headers: headers)
        }

        let first = await server.send("GET", "/device", headers: headers)
        _ = await server.control("POST", "/clock", #"{"advance": 550}"#)
        let later = await server.send("GET", "/device", headers: headers)
        _ = await server.control("POST", "/clock", #"{"advance": 47.5}"#)
        let soon = await server.send("GET", "/device", headers: headers)
        _ = await server.control("POST", "/clock", #"{"advance": 3.5}"#)
        let over = await server.send("GET", "/device", headers: headers)

        #expect(first.status == 429 && first.body.contains("Try again in 10 minutes."))
        #expect(first.headers["retry-after"] == "600")
        #expect(first.headers["refresh"] == "60; url=/device")
        #expect(later.body.contains("Try again in 50 seconds."))
        #expect(later.headers["refresh"] == "10; url=/device")
        #expect(soon.headers["retry-after"] == "3", "rounded up: nobody comes back too early")
        #expect(soon.headers["refresh"] == "3; url=/device")
        #expect(over.status == 200)
      }
    }

    @Test func `P22 S13 a guesser cannot tell a wrong code from an old one`() {
      var visit = Visit()
      let code = visit.startedCode()
      _ = visit.host.clock.advance(by: .seconds(600))
      let honest = visit.get("/device", query: "user_code=\(code)")
      for _ in 0..<3 { _ = visit.get("/device", query: "user_code=BBBBBBBB") }

      let old = visit.get("/device", query: "user_code=\(code)")
      let wrong = visit.get("/device", query: "user_code=BBBBBBBB")

      #expect(honest.status == 410)
      #expect(old.status == 404 && wrong.status == 404)
      #expect(old.html.replacing(code, with: "BBBBBBBB") == wrong.html)
    }

    @Test(arguments: [("approve", "deny"), ("deny", "approve")])
    func `P23 S18 R8628-36 the same decision is one, the opposite is refused`(
      decision: String, opposite: String
    ) throws {
      var visit = Visit()
      let code = visit.startedCode()
      let confirm = visit.confirmPage(code)

      let first = visit.press(confirm, ["decision": decision])
      let twice = visit.press(confirm, ["decision": decision])
      let back = visit.get("/device", query: "user_code=\(code)")
      let other = visit.press(confirm, ["decision": opposite])
      let reloaded = visit.get(
        "/device/\(decision == "deny" ? "denied" : "done")",
        query: String(first.address.split(separator: "?")[1]))
      visit.cookies = [:]
      let elsewhere = visit.get("/device", query: "user_code=\(code)")

      #expect(first.status == 200 && other.status == 409 && elsewhere.status == 409)
      let page = try first.tree.first("main")?.text
      for same in [twice, back, reloaded] { #expect(try same.tree.first("main")?.text == page) }
      #expect(try other.tree.text.contains("You ") && elsewhere.tree.text.contains("elsewhere"))
    }

    @Test(arguments: ["done", "denied"])
    func `P24 final pages send the person back and hold no token`(name: String) throws {
      let state = try #require(PageState.all().first { $0.name == name })
      let text = try state.reply.tree.first("main")?.text ?? ""

      #expect(text.contains("Go back to your terminal") && text.contains("close this page"))
      #expect(try state.reply.tree.all("input").isEmpty)
    }

    @Test(arguments: PageState.all(languages: Language.tested))
    func `P24 every page says that this is a test service`(state: PageState) throws {
      #expect(try state.reply.tree.first("footer")?.text.contains("local test service") == true)
    }

    @Test(arguments: PageText.allCases)
    func `P25 every text is there in every language`(text: PageText) {
      let row = text.row
      let places = [row.en, row.de, row.ja].map {
        Set($0.matches(of: /\{[0-9]\}/).map { String($0.0) })
      }

      #expect(!row.en.isEmpty && !row.de.isEmpty && !row.ja.isEmpty)
      #expect(Set(places).count == 1)
      #expect(row.ja.unicodeScalars.contains { $0.value > 0x3000 } || places[0].isEmpty == false)
    }

    @Test func `P25 templates take their texts from the table, and no others`() {
      let used = PageTemplates.sources.values.flatMap { $0.matches(of: /\{\{t\.(\w+)\}\}/) }
      let words = PageTemplates.sources.values.flatMap {
        $0.replacing(/\{\{[^}]*\}\}/, with: "").matches(of: />\s*([A-Za-z][^<]*)</)
      }

      #expect(!used.isEmpty && used.allSatisfy { PageText(rawValue: String($0.1)) != nil })
      #expect(words.isEmpty)
    }

    @Test(arguments: Language.tested.map(\.tag))
    func `P25 every state can be written in every language`(tag: String) throws {
      let language = try #require(Language.tested.language(tagged: tag))
      for state in PageState.all(languages: [language]) {
        let tree = try state.reply.tree
        #expect(tree["lang"] == tag && tree["dir"] == (tag == "he-x-rtl" ? "rtl" : "ltr"))
        #expect(!tree.text.contains("{0}") && tree.first("h1")?.text.isEmpty == false)
        #expect(state.reply.html.utf8.count + stylesheet.utf8.count <= 20_000)
      }
    }
  }

  /// The colours of the stylesheet.
  struct Colours {
    private var values: [Substring: [Double]] = [:]

    init(_ stylesheet: String, isDark: Bool) {
      let parts = stylesheet.split(separator: "@media (prefers-color-scheme: dark)")
      let dark = parts.dropFirst().first?.prefix { $0 != "*" } ?? ""
      for text in [parts[0], isDark ? dark : ""] {
        for match in text.matches(of: /--([a-z-]+): #([0-9a-f]{6});/) {
          let number = Int(match.2, radix: 16) ?? 0
          values[match.1] = [16, 8, 0].map { Self.linear(Double(number >> $0 & 255) / 255) }
        }
      }
    }

    /// WCAG 2.2's contrast ratio.
    func contrast(_ one: String, _ other: String) throws -> Double {
      let lights = try [one, other].map { name in
        let value = try #require(values[Substring(name)], "no colour \(name)")
        return 0.2126 * value[0] + 0.7152 * value[1] + 0.0722 * value[2] + 0.05
      }
      return lights[0] > lights[1] ? lights[0] / lights[1] : lights[1] / lights[0]
    }

    private static func linear(_ value: Double) -> Double {
      value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055)
    }

    /// `base` to the power of 2.4, by Newton's fifth root of its twelfth power.
    private static func power(_ base: Double) -> Double {
      var twelfth = base * base * base
      twelfth *= twelfth
      twelfth *= twelfth
      var root = base
      for _ in 0..<50 {
        let fourth = root * root * root * root
        root -= (fourth * root - twelfth) / (5 * fourth)
      }
      return root
    }
  }
#endif
