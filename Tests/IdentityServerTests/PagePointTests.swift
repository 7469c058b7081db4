//  PagePointTests.swift - points of the page's checklist, by number, over real sockets.

#if Server
  import StrictJSON
  import Testing

  /// A program that waits at a server for its code to be entered.
  private struct Waiting {
    let server: TestServer
    let userCode: String

    init(at server: TestServer) async throws {
      self.server = server
      let client = try await server.post(
        "/client/register", ["clientName": "laptop", "clientType": "public"])
      let flow = try await server.post(
        "/device_authorization",
        [
          "clientId": client.json["clientId"] ?? .null,
          "clientSecret": client.json["clientSecret"] ?? .null, "startUrl": "https://a.example/",
        ])
      userCode = flow.json["userCode"]?.asString ?? ""
    }

    /// The confirm page, reached as a browser reaches it from the complete link.
    func confirmPage() async -> PlainResponse {
      let opened = await server.send("GET", "/device?user_code=\(userCode)")
      return await server.send("GET", opened.headers["location"] ?? "")
    }
  }

  @Suite struct `The page, point by point` {
    @Test func `P01 one labelled field that phones and password managers understand`()
      async throws
    {
      try await withServer { server in
        let html = await server.send("GET", "/device").body

        #expect(html.split(separator: "type=\"text\"").count == 2)
        #expect(html.contains("<label for=\"user_code\">"))
        for attribute in [
          "autocapitalize=\"characters\"", "autocorrect=\"off\"", "spellcheck=\"false\"",
          "autocomplete=\"one-time-code\"", "inputmode=\"text\"",
        ] { #expect(html.contains(attribute)) }
        #expect(!html.contains("maxlength"))
      }
    }

    @Test func `P06 P15 the complete link leads to the code, which leaves the address bar`()
      async throws
    {
      try await withServer { server in
        let waiting = try await Waiting(at: server)

        let opened = await server.send("GET", "/device?user_code=\(waiting.userCode)")
        let confirm = await waiting.confirmPage()

        #expect(opened.status == 303)
        #expect(opened.headers["location"]?.hasPrefix("/device/confirm?request=") == true)
        #expect(opened.headers["location"]?.contains(waiting.userCode) == false)
        #expect(!opened.body.contains(waiting.userCode))
        #expect(confirm.status == 200 && confirm.body.contains(waiting.userCode))
      }
    }

    @Test(arguments: ["", "00", "zz", "not-hex", "e9", String(repeating: "ab", count: 36)])
    func `P15 an invented request name leads nowhere`(handle: String) async throws {
      try await withServer { server in
        #expect(await server.send("GET", "/device/confirm?request=\(handle)").status == 403)
      }
    }

    @Test func `P07 P09 refusing weighs as much as agreeing, and the warning comes first`()
      async throws
    {
      try await withServer { server in
        let html = try await Waiting(at: server).confirmPage().body
        let beforeButtons = html.split(separator: "<button").first ?? ""

        #expect(html.contains("<h1 tabindex=\"-1\" autofocus>"))
        #expect(html.split(separator: "autofocus").count == 2)
        #expect(html.contains(">Deny</button>") && html.contains(">Approve</button>"))
        #expect(beforeButtons.contains("class=\"warning\""))
      }
    }

    @Test(arguments: ["/device", "/start", "/device/confirm", "/device?user_code=nonsense"])
    func `P13 every page carries the headers that protect it`(path: String) async throws {
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

    @Test func `P14 page and style are under 20 kB and ask nobody else`() async throws {
      try await withServer { server in
        let page = try await Waiting(at: server).confirmPage().body
        let style = await server.send("GET", "/device/style.css").body

        #expect(page.utf8.count + style.utf8.count <= 20_000)
        #expect(!page.contains("<script") && !page.contains("src=") && !style.contains("url("))
      }
    }

    @Test func `P18 P24 each page has its language, one main part, and says that it is a test`()
      async throws
    {
      try await withServer { server in
        for html in [
          await server.send("GET", "/device").body, await server.send("GET", "/start").body,
          try await Waiting(at: server).confirmPage().body,
        ] {
          #expect(html.contains("<html lang=\"en\" dir=\"ltr\">"))
          #expect(html.split(separator: "<main>").count == 2)
          #expect(html.split(separator: "<h1").count == 2)
          #expect(html.contains("local test service"))
        }
      }
    }

    @Test func `P21 the code can be heard letter by letter`() async throws {
      try await withServer { server in
        let waiting = try await Waiting(at: server)
        let spelled = waiting.userCode.filter { $0 != "-" }.map(String.init)

        let html = await waiting.confirmPage().body

        #expect(html.contains("aria-label=\"\(spelled.joined(separator: " "))\""))
      }
    }
  }
#endif
