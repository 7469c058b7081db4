import SSOOIDC
import SSOScript
import Testing

@Suite struct `sso.http` {
  private func stage() throws -> Stage {
    try Stage.open { _, _ in
      .answer(
        HTTPResponse(
          status: 418, headers: ["X-A": "1", "x-a": "2", "Content-Type": "text/plain"],
          body: [0xFF, 0]))
    }
  }

  @Test func `gives status, headers in lower case, and the bytes of the body`() async throws {
    let script = """
      local r = sso.http.get("https://h/")
      print(r.status, r.headers["x-a"], r.headers["content-type"], r.body == "\\xff\\0")
      """
    #expect(try await stage().output(of: script) == "418\t1, 2\ttext/plain\ttrue\n")
  }

  @Test(arguments: [
    (TransportError.Code.connect, "transport", true), (.resolve, "transport", true),
    (.timeout, "transport", true), (.incomplete, "transport", true), (.tls, "transport", false),
    (.tooLarge, "limit", false), (.badAnswer, "parse", false),
  ])
  func `says of a request that failed what it was and whether the same may succeed later`(
    code: TransportError.Code, kind: String, retryable: Bool
  ) async throws {
    let stage = try Stage.open { _, _ in .lost(code, .maybeReceived) }
    let script = """
      local _, err = safe.http.get("https://h/")
      print(err.code, err.kind, err.retryable, err.operation)
      """
    #expect(
      try await stage.output(of: script) == "\(code.rawValue)\t\(kind)\t\(retryable)\tsso.http\n")
  }

  @Test func `ends as a network's failure where an answer is too large`() async throws {
    let stage = try Stage.open { _, _ in .lost(.tooLarge, .maybeReceived) }
    #expect(try await stage.run("sso.http.get('https://h/')").outcome.exitStatus == 5)
  }

  @Test func `sends what it is told`() async throws {
    let stage = try stage()
    let script = """
      sso.http.request { url = "HTTP://h:8080/a?b=c#d", method = "PUT", body = "x\\0y",
        headers = { ["X-Tab"] = "a\\tb", ["X-Empty"] = "" }, timeout = 2.5 }
      """
    _ = try await stage.output(of: script)
    let request = try #require(stage.wire.requests.first)
    #expect(request.url == "http://h:8080/a?b=c#d")
    #expect(request.method == "PUT" && request.body == Array("x\0y".utf8))
    #expect(request.headers["x-tab"] == "a\tb" && request.headers["x-empty"] == "")
    #expect(request.options.timeout == .seconds(2.5))
  }

  @Test func `sends many headers`() async throws {
    let stage = try stage()
    let script = """
      local many = {}
      for i = 1, 256 do many["X-" .. i] = "a" end
      sso.http.request { url = "https://h/", headers = many }
      """
    _ = try await stage.output(of: script)
    #expect(try #require(stage.wire.requests.first).headers.count == 256)
  }

  @Test(arguments: [
    ("url = 'ftp://h/'", "url must be an absolute http or https URL"),
    ("url = '/path'", "url must be an absolute http or https URL"),
    ("url = 'https://me:pw@h/'", "url must be an absolute http or https URL without a user name"),
    ("url = 'https://h/ x'", "url must be an absolute http or https URL"),
    ("url = 'https://h/\\r\\nX: y'", "url must be an absolute http or https URL"),
    ("url = 'https://h/', method = 'GET /'", "method must be a word such as GET"),
    ("url = 'https://h/', method = ''", "method must be a word such as GET"),
    ("url = 'https://h/', headers = { ['X Y'] = 'a' }", "header X Y has a character"),
    ("url = 'https://h/', headers = { X = 'a\\r\\nHost: evil' }", "header X has a character"),
    ("url = 'https://h/', headers = { X = 'a\\0' }", "header X has a character"),
    ("url = 'https://h/', headers = { [''] = 'a' }", "header  has a character"),
    ("url = 'https://h/', headers = { 'a: b' }", "headers go by name"),
    ("url = 'https://h/', headers = { X = {} }", "headers must be strings by name"),
    (
      "url = 'https://h/', headers = many",
      "headers must be 256 at most, got 257"
    ),
    (
      "url = 'https://h/' .. ('a'):rep(1 << 18), headers = { X = ('a'):rep(1 << 18) }",
      "method, url and headers must be 512 KiB at most together"
    ),
    (
      "url = 'https://h/', method = ('A'):rep(1 << 19)",
      "method, url and headers must be 512 KiB at most together"
    ),
    ("url = 'https://h/', timeout = 0", "timeout must be more than 0 seconds"),
    ("url = 'https://h/', timeout = -1", "timeout must be from 0"),
  ])
  func `sends nothing that is malformed`(arguments: String, message: String) async throws {
    let stage = try stage()
    let failure = try await stage.failure(
      of: "many = {} for i = 1, 257 do many['X-' .. i] = 'a' end sso.http.request { \(arguments) }")
    #expect(failure.message.contains(message))
    #expect(failure["code"] == "ParamValidationError")
    #expect(stage.wire.requests.isEmpty)
  }
}

@Suite struct `sso.browser.open` {
  @Test func `F21 shows the address before it starts anything`() async throws {
    let stage = try Stage()
    let pages = stage.browser
    stage.terminal.onWrite { #expect(pages.pages.isEmpty) }
    let ending = try await stage.run("sso.browser.open('https://example.com/?user_code=AB-CD')")
    #expect(ending.errors == "open https://example.com/?user_code=AB-CD\n")
    #expect(pages.pages == ["https://example.com/?user_code=AB-CD"])
  }

  @Test func `F21 shows it also where there is no browser, and says why`() async throws {
    let stage = try Stage()
    stage.browser.fail(with: DoorError("no browser over SSH; open the page by hand"))
    let ending = try await stage.run("print(safe.browser.open('https://example.com/'))")
    #expect(ending.errors == "open https://example.com/\n")
    #expect(ending.output == "nil\tsso.browser.open: no browser over SSH; open the page by hand\n")
  }

  @Test(arguments: [
    "javascript:alert(1)", "file:///etc/passwd", "http://example.com/", "https://", "",
    "https://a b/",
    "https://a/\\27[31m", "http://127.0.0.1.evil.com/", "https://h/\"x", "data:text/html,x",
    "HTTPS", "https://example.com@evil.com/",
  ])
  func `H17 opens no address that could do harm`(url: String) async throws {
    let stage = try Stage()
    let ending = try await stage.run("print(select(2, safe.browser.open('\(url)')).code)")
    #expect(ending.output == "InvalidInput\n")
    #expect(ending.errors.isEmpty)
    #expect(stage.browser.pages.isEmpty)
  }

  @Test(arguments: ["http://127.0.0.1:8087/", "http://localhost/", "http://[::1]:1/"])
  func `opens plain http on this machine`(url: String) async throws {
    let stage = try Stage()
    _ = try await stage.output(of: "sso.browser.open('\(url)')")
    #expect(stage.browser.pages == [url])
  }
}
