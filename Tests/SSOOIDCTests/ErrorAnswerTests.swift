//  ErrorAnswerTests.swift - which error an answer is, and what it may show.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `An error of the service` {
  static let suffix = ":http://internal.amazon.com/coral/com.amazonaws.sso.oidc/"

  @Test(
    arguments: [
      ("SlowDownException", #"{"error":"authorization_pending"}"#, "SlowDownException"),
      ("SlowDownException" + suffix, "{}", "SlowDownException"),
      ("A", #"{"code":"B","__type":"C"}"#, "A"),
      (" aws#SlowDownException ", "{}", "SlowDownException"),
      ("", #"{"__type":"a.b#UnauthorizedException"}"#, "UnauthorizedException"),
      (nil, #"{"code":"A","__type":"B"}"#, "A"),
      (nil, #"{"Code":"SlowDownException"}"#, "SlowDownException"),
      (nil, #"{"Code":"B","code":"A"}"#, "A"), (nil, #"{"__type":"B","Code":"x#A:y"}"#, "A"),
      (nil, #"{"code":null,"__type":"x#B:y","error":"slow_down"}"#, "B"),
      (nil, #"{"code":400,"error":"slow_down"}"#, "SlowDownException"),
      (nil, #"{"error":"authorization_pending"}"#, "AuthorizationPendingException"),
      (
        nil, #"{"error":"authorization_pending","ts":18446744073709551616}"#,
        "AuthorizationPendingException"
      ),
      (nil, #"{"error":"server_error"}"#, "InternalServerException"),
      (nil, #"{"error":"invalid_request"}"#, "InvalidRequestException"),
      (
        nil, #"{"error":"invalid_request","region":"eu-west-1","endpoint":"e"}"#,
        "InvalidRequestRegionException"
      ),
      (nil, #"{"error":"invalid_request","region":null}"#, "InvalidRequestException"),
      (nil, #"{"error":"interaction_required"}"#, "interaction_required"),
      ("NewException", "{}", "NewException"), (nil, "{}", "HTTP 400"), (nil, "", "HTTP 400"),
      (nil, "<html>", "HTTP 400"), (nil, "[1]", "HTTP 400"),
      ("Evil\u{1b}[31m\u{202e}", "{}", #"Evil\u{1b}[31m\u{202e}"#),
    ] as [(String?, String, String)])
  func `has the code of header, body or OAuth word, in this order`(
    header: String?, body: String, code: String
  ) async throws {
    var headers = HTTPHeaders()
    headers["X-Amzn-Errortype"] = header

    let error = await refusal(status: 400, headers, body)

    #expect(error?.code.rawValue == code)
    #expect(error?.kind == .service)
    #expect(error?.status == 400)
  }

  @Test func `of the portal has no OAuth words`() {
    let body: JSONObject = ["error": "slow_down"]

    #expect(ErrorAnswer.code(header: nil, body: body, status: 400, service: .portal) == "HTTP 400")
  }

  @Test func `keeps the modelled members`() async {
    let error = await refusal(
      status: 400, ["x-amzn-RequestId": "id-1"],
      #"{"error":"access_denied","error_description":"no","reason":"KMS_AccessDeniedException"}"#)

    #expect(error?.error == "access_denied")
    #expect(error?.errorDescription == "no")
    #expect(error?.message == "no")
    #expect(error?.reason == "KMS_AccessDeniedException")
    #expect(error?.requestID == "id-1")
    #expect(error?.operation == "CreateToken")
    #expect(error?.host == "127.0.0.1:8087")
    #expect(error?.retryable == false)
  }

  @Test func `names region and endpoint where the request belongs`() async {
    let error = await refusal(
      status: 400, [:], #"{"error":"invalid_request","endpoint":"https://e","region":"eu-west-1"}"#)

    #expect(error?.endpoint == "https://e")
    #expect(error?.region == "eu-west-1")
  }

  @Test func `is one line with operation, host, cause and next step`() async {
    let error = await refusal(
      status: 400, ["x-amzn-RequestId": "id-1"],
      #"{"error":"expired_token","error_description":"Too late"}"#)

    #expect(
      error?.description
        == "CreateToken at 127.0.0.1:8087: ExpiredTokenException (HTTP 400): Too late. "
        + "Start the login again. (request id id-1)")
  }

  @Test(arguments: [("message", "m"), ("Message", "M"), ("error_description", "d")])
  func `has the first message there is`(name: String, text: String) async {
    let error = await refusal(status: 400, [:], #"{"\#(name)":"\#(text)","error":"x"}"#)

    #expect(error?.message == text)
  }

  @Test func `H07 a web page shows its status and its first 80 characters`() async {
    let page = "<html>\n  <b>\u{1b}[31mNo\u{202e} entry</b>" + String(repeating: "x", count: 500)

    let error = await refusal(status: 400, ["Content-Type": "text/html"], page)

    #expect(error?.code == "HTTP 400")
    #expect(error?.message.hasPrefix("not JSON but: <html> <b>[31mNo entry</b>x") == true)
    #expect(error?.message.count == "not JSON but: ".count + 80)
  }

  @Test func `H19 a description is escaped and cut at 500 characters`() async throws {
    let text = #"a\u001b[2J\u202eb\r\nc"# + String(repeating: "y", count: 1_000_000)

    let error = try #require(
      await refusal(status: 400, [:], #"{"error":"x","error_description":"\#(text)"}"#))

    #expect(error.message.hasPrefix(#"a\u{1b}[2J\u{202e}b\u{d}\u{a}cyyy"#))
    #expect(error.errorDescription == error.message)
    #expect(error.message.hasSuffix("…"))
    #expect(error.message.count < 540)
    #expect(!error.description.contains("\n"))
  }

  @Test func `H24 is read whatever the answer calls itself`() async {
    let error = await refusal(
      status: 400, ["Content-Type": "text/plain"], #"{"error":"slow_down"}"#)

    #expect(error?.code == .slowDown)
  }

  @Test func `never shows a secret that the service sends back`() async throws {
    let transport = Replying(
      status: 400,
      body: #"{"error":"x","error_description":"bad device-code-1 of secret-of-client"}"#)
    let client = try client(transport)

    let error = await #expect(throws: SSOError.self) {
      try await client.call(.createToken, devicePoll)
    }

    #expect(error?.message == "bad <secret> of <secret>")
    #expect(error?.errorDescription == "bad <secret> of <secret>")
  }

  @Test(arguments: [
    ("device-code-0123456789", "bad device-code-0123 here", "bad <secret> here"),
    ("device-code-0123456789", "bad device-code-0123", "bad <secret>"),
    ("device-code-0123456789", "bad device-code-012 here", "bad device-code-012 here"),
    ("device-code", "bad device-cod here", "bad device-cod here"),
  ])
  func `never shows the beginning of a secret that the service cuts off, from 16 bytes on`(
    secret: String, text: String, shown: String
  ) {
    #expect(text.hiding([secret]) == shown)
  }

  @Test(arguments: [
    ("URL", "aoaAAAAAGVxyz012345%2FSECRET%2btail%3D%3D"),
    ("JSON", #"aoaAAAAAGVxyz012345\/SECRET\u002Btail=="#),
    ("Lua", #"aoaAAAAAGVxyz012345/SECRET\x2btail=="#),
    ("every letter", "%61%6f%61%41AAAAGVxyz012345%2FSECRET%2Btail%3D%3D"),
    ("cut", "aoaAAAAAGVxyz012345%2FSECR"),
    ("two ways at once", #"aoaAAAAAGVxyz012345\/SECRET%2Btail=="#),
  ])
  func `never shows the rest of a secret that comes back escaped`(_: String, form: String) {
    let secret = "aoaAAAAAGVxyz012345/SECRET+tail=="

    #expect("bad \(form) here, \(form)".hiding([secret]) == "bad <secret> here, <secret>")
  }

  @Test(arguments: [
    (#"a"b\c"#, #"bad a\"b\\c here"#, "bad <secret> here"),
    ("a%25b", "bad a%25b, a%2525b", "bad <secret>, <secret>"),
    ("abcd", #"bad abc%6 and \u006 and \"#, #"bad abc%6 and \u006 and \"#),
  ])
  func `tells what is escaped in a secret from what only looks so`(
    secret: String, text: String, shown: String
  ) {
    #expect(text.hiding([secret]) == shown)
  }

  @Test func `never shows the beginning of a secret that a cut would leave`() async throws {
    let text = String(repeating: "x", count: 490) + "secret-of-client"
    let json = try SSOOIDCTests.client(
      Replying(status: 400, body: #"{"error_description":"\#(text)"}"#))
    let page = try SSOOIDCTests.client(Replying(status: 400, body: "device-code-1 " + text))

    for client in [json, page] {
      let error = await #expect(throws: SSOError.self) {
        try await client.call(.createToken, devicePoll)
      }
      #expect(error?.message.contains("secret-of") == false)
      #expect(error?.message.contains("device-code") == false)
    }
  }

  @Test func `never shows a secret that comes back in a header`() async throws {
    let transport = Replying(
      status: 302,
      headers: ["Location": "secret-of-client", "x-amzn-RequestId": "id-secret-of-client\u{1b}"],
      body: "")

    let error = await #expect(throws: SSOError.self) {
      try await client(transport).call(.createToken, devicePoll)
    }

    #expect(error?.message.contains("sends the request on to <secret>") == true)
    #expect(error?.requestID == #"id-<secret>\u{1b}"#)
  }

  @Test(arguments: [302, 307, 308])
  func `N18 a redirect names both hosts and is not followed`(status: Int) async throws {
    let transport = Replying(
      status: status, headers: ["Location": "https://evil.example/x?token=1"], body: "")
    let client = try client(transport)

    let error = await #expect(throws: SSOError.self) {
      try await client.call(.createToken, devicePoll)
    }

    #expect(error?.code == .redirect)
    #expect(
      error?.message
        == "127.0.0.1:8087 sends the request on to evil.example, which is not followed")
    #expect(transport.requests.count == 1)
  }

  @Test(arguments: [
    (429, true), (500, true), (503, true), (509, true), (400, false), (404, false), (501, false),
  ])
  func `says whether it can pass`(status: Int, retryable: Bool) async {
    #expect(await refusal(status: status, [:], "{}")?.retryable == retryable)
  }

  private func refusal(status: Int, _ headers: HTTPHeaders, _ body: String) async -> SSOError? {
    await #expect(throws: SSOError.self) {
      try await client(Replying(status: status, headers: headers, body: body))
        .call(.createToken, devicePoll, retry: .never)
    }
  }
}

@Suite struct `The next step` {
  @Test(arguments: [
    ("CreateToken", SSOError.Code.slowDown, "Add five seconds to the interval, then ask again."),
    ("StartDeviceAuthorization", .slowDown, "Ask again later."),
    ("RegisterClient", .invalidResponse, "Check the endpoint, its port and the proxy."),
  ])
  func `fits the operation`(operation: String, code: SSOError.Code, step: String) {
    let error = SSOError(code, .service, "words", operation: operation, host: "h")
    #expect(error.nextStep == step)
  }

  @Test func `H06 of a 403 without a code is to look at the network`() {
    var error = SSOError(.status(403), .service, "blocked", operation: "CreateToken", host: "h")
    error.status = 403
    #expect(
      error.nextStep == "Check the network: a firewall or proxy may stand between.")
  }
}

@Suite struct `A transport failure` {
  @Test(arguments: [
    (TransportError.Code.connect, "Is `ssoscript serve` running there?"),
    (.resolve, "Check the spelling of the host, the network and the DNS server."),
    (.tls, "Check the CA file, the clock and the host name."),
    (.proxy, "Check the proxy settings."),
  ])
  func `N03 becomes one line with the next step`(
    code: TransportError.Code, step: String
  ) async throws {
    let client = try client(Replying([.failure(code, .neverSent)]))

    let error = try #require(
      await #expect(throws: SSOError.self) {
        try await client.call(.createToken, devicePoll, retry: .never)
      })

    #expect(error.kind == .transport)
    #expect(error.code.rawValue == code.rawValue)
    #expect(error.transport?.code == code)
    #expect(
      error.description == "CreateToken at 127.0.0.1:8087: \(code.rawValue): words. \(step)")
  }

  @Test func `of a passed size is a limit, of a stop a cancellation, of no HTTP an answer`()
    async throws
  {
    for (code, kind) in [
      (TransportError.Code.tooLarge, SSOError.Kind.limit), (.cancelled, .cancelled),
      (.badAnswer, .parse),
    ] {
      let client = try client(Replying([.failure(code, .maybeReceived)]))
      let error = await #expect(throws: SSOError.self) {
        try await client.call(.createToken, devicePoll)
      }
      #expect(error?.kind == kind)
    }
  }
}

@Suite struct `A secret` {
  @Test func `prints itself nowhere`() {
    let secret: Secret = "hunter2"
    var dumped = ""
    dump(secret, to: &dumped)

    for text in ["\(secret)", String(reflecting: secret), "\([secret])", dumped] {
      #expect(!text.contains("hunter2"))
    }
    #expect(secret.reveal() == "hunter2")
  }
}
