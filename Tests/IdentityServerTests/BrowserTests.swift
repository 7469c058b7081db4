//  BrowserTests.swift - the pages in a real Chromium: by keyboard, by eye, under their own policy.

#if Server
  import IdentityService
  import StrictJSON
  import Testing

  @testable import IdentityServer

  @Suite(.serialized, .enabled(if: Browser.program != nil, Browser.reason))
  struct `In a browser` {
    @Test func `P04 P07 P17 a login by keyboard alone`() async throws {
      try await withServer { server in
        let waiting = try await Waiting(at: server)
        let browser = try await Browser()

        try await browser.load(server.announcement.endpoint + "/device")
        #expect(try await browser.focus == "input:user_code")
        try await browser.call("Input.insertText", ["text": .string(waiting.userCode.lowercased())])
        try await browser.enter()
        #expect(try await browser.focus == "h1:Who is signing in?")
        try await browser.tab()
        #expect(try await browser.evaluate("document.activeElement.value") == "alice")
        try await browser.enter()
        #expect(try await browser.focus == "h1:Does your terminal show exactly this code?")
        try await browser.press("Enter", code: 13, text: "\r")
        var order: [String] = []
        for _ in 0..<6 {
          try await browser.tab()
          order.append(try await browser.focus)
        }
        #expect(
          order == [
            "button:Deny", "button:Approve", "a:Sign in as someone else", "a:English", "a:Deutsch",
            "a:日本語",
          ])
        #expect(
          try await browser.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            == "solid")
        #expect(try await waiting.poll() == "authorization_pending")
        try await browser.evaluateAndForget("document.querySelector('button.yes').focus()")
        try await browser.enter()
        #expect(try await browser.focus == "h1:Approved")
        #expect(try await browser.evaluate("location.pathname") == "/device/done")
        #expect(try await waiting.poll() == "token")
        #expect(await browser.complaints == [])
      }
    }

    @Test func `P14 P15 nothing is asked of anyone else, and the code is not in the address`()
      async throws
    {
      try await withServer { server in
        let waiting = try await Waiting(at: server)
        let browser = try await Browser()

        try await browser.load(
          server.announcement.endpoint + "/device?user_code=\(waiting.userCode)")
        try await browser.evaluateAndForget("document.querySelector('button').click()")
        try await browser.wait(for: "Page.loadEventFired")
        let addresses = try await browser.evaluate("[location.href, document.referrer].join(' ')")
        try await browser.evaluateAndForget("document.querySelector('button.no').click()")
        try await browser.wait(for: "Page.loadEventFired")

        let requests = await browser.requests
        #expect(requests.count > 5)
        #expect(
          requests.allSatisfy {
            $0.hasPrefix(server.announcement.endpoint + "/") || $0.hasPrefix("data:")
          })
        #expect(addresses.asString?.contains(waiting.userCode) == false)
        #expect(try await waiting.poll() == "access_denied")
        #expect(await browser.complaints == [])
      }
    }

    @Test func `R6749-20 AWS-08 a consent leads back to the program on its port`() async throws {
      try await withServer { program in
        try await withServer { server in
          let waiting = try await Waiting(at: server)
          let browser = try await Browser()
          let back = program.announcement.endpoint + "/oauth/callback"
          let query =
            "?response_type=code&client_id=\(waiting.clientID)&redirect_uri=\(back)&state=s1"
            + "&scopes=sso:account:access&code_challenge_method=S256&code_challenge="
            + String(repeating: "c", count: 43)

          try await browser.load(server.announcement.endpoint + "/authorize" + query)
          try await browser.enter(after: "button")
          #expect(try await browser.focus == "h1:May this program sign in as you?")
          try await browser.enter(after: "button.yes")

          let address = try await browser.evaluate("location.href").asString ?? ""
          #expect(address.hasPrefix(back + "?code=") && address.hasSuffix("&state=s1"))
          #expect(await browser.complaints == [])
        }
      }
    }

    @Test func `P10 S21 S23 a hostile name stays in its place`() async throws {
      try await withServer { server in
        let browser = try await Browser()
        try await browser.load(server.announcement.endpoint + "/device")
        try await browser.resize(width: 320, height: 700)
        for name in HostileName.all where name.isRegistrable {
          let states = PageState.all(clientName: name.text).filter {
            ["confirm", "consent", "foreign-letters", "cannot-return"].contains($0.name)
          }
          for state in states {
            try await browser.show(state.reply.html)
            let names = try await browser.evaluate(
              "document.querySelector('dd bdi')?.textContent ?? ''")
            #expect(try await browser.faults() == [], "\(name) \(state)")
            #expect(try await browser.evaluate(Self.strays) == 0, "\(name) \(state)")
            #expect(names == "" || names.asString == name.shown)
            try await browser.picture("hostile-\(state)-\(name.shown.utf8.count)")
          }
        }
        #expect(await browser.complaints == [])
      }
    }

    /// Elements and attributes that no page of ours has: signs that a text became more than text.
    private static let strays = """
      [...document.querySelectorAll('*')].filter(e => e.matches('script, img, b')
        || [...e.attributes].some(a => a.name.startsWith('on') || /[^ -~]/.test(a.name)
        || a.name == 'autofocus' && !e.matches('h1, #user_code'))).length
      """

    @Test(arguments: Language.tested.map(\.tag))
    func `P17 P20 P25 every state fits every width in both themes`(tag: String) async throws {
      try await withServer { server in
        let language = try #require(Language.tested.language(tagged: tag))
        let browser = try await Browser()
        try await browser.load(server.announcement.endpoint + "/device")
        for state in PageState.all(languages: [language] + Language.all.filter { $0.tag != tag }) {
          try await browser.show(
            state.reply.document(simulatedTime: ServiceTime(sinceEpoch: .seconds(1_767_225_642))))
          // What the words change is seen in two of the six looks.
          let looks = Self.looks.filter {
            tag == "en" || $0 == Self.looks[0] || $0 == Self.looks[5]
          }
          for look in looks {
            try await browser.resize(width: look.width, height: look.height)
            try await browser.prefer([
              "prefers-color-scheme": look.theme, "prefers-reduced-motion": "reduce",
            ])
            #expect(try await browser.faults() == [], "\(state) \(look)")
            try await browser.picture("\(state.name)-\(tag)-\(look.width)-\(look.theme)")
          }
        }
      }
    }

    private struct Look: Equatable {
      let width, height: Int64
      let theme: String
    }

    private static let looks = [(320, 640), (768, 900), (1280, 900)].flatMap { width, height in
      ["light", "dark"].map { Look(width: width, height: height, theme: $0) }
    }

    @Test func `P17 four times as large, or with text twice as large, nothing is cut off`()
      async throws
    {
      try await withServer { server in
        let browser = try await Browser()
        try await browser.load(server.announcement.endpoint + "/device")
        for state in PageState.all() {
          try await browser.show(state.reply.html)
          try await browser.resize(width: 320, height: 225, scale: 4)
          #expect(try await browser.faults() == [], "\(state) at 400 %")
          try await browser.resize(width: 320, height: 640)
          try await browser.evaluateAndForget("document.documentElement.style.fontSize = '200%'")
          #expect(try await browser.faults() == [], "\(state) with large text")
        }
      }
    }

    @Test func `P17 P19 colours that the person forces and motion that is not wanted`()
      async throws
    {
      try await withServer { server in
        let browser = try await Browser()
        try await browser.load(server.announcement.endpoint + "/device")
        try await browser.resize(width: 768, height: 900)
        for state in PageState.all() {
          try await browser.prefer([
            "forced-colors": "active", "prefers-color-scheme": "dark",
            "prefers-reduced-motion": "reduce",
          ])
          try await browser.show(state.reply.html)
          #expect(try await browser.faults() == [], "\(state)")
          try await browser.picture("\(state.name)-forced")
        }
        let done = try #require(PageState.all().first { $0.name == "done" })
        for (wish, count) in [("no-preference", 1), ("reduce", 0)] as [(String, JSON)] {
          try await browser.prefer(["prefers-reduced-motion": wish])
          try await browser.show(done.reply.html)
          #expect(try await browser.evaluate("document.getAnimations().length") == count)
        }
      }
    }
  }

  extension Browser {
    fileprivate func evaluateAndForget(_ expression: String) throws {
      _ = try evaluate("(() => { \(expression) })()")
    }

    /// Enter on an element, and the page that follows.
    fileprivate func enter(after selector: String) throws {
      try evaluateAndForget("document.querySelector('\(selector)').focus()")
      try enter()
    }
  }
#endif
