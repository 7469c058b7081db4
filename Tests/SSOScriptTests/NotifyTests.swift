import SSOOIDC
import SSOScript
import Testing

@Suite struct `sso.notify` {
  @Test(arguments: ["sso", "safe"])
  func `a notification that fails is nil, an error and a warning`(world: String) async throws {
    let stage = try Stage.open()
    let script = """
      local ok, err = \(world).notify.webhook { url = "https://chat/hook", json = { text = "x" } }
      print(ok, err.code, err.operation)
      """
    let ending = try await stage.run(script)
    #expect(ending.output == "nil\tconnect\tsso.notify.webhook\n")
    #expect(ending.errors.hasPrefix("warning: sso.notify.webhook"))
  }

  @Test(arguments: [
    ("webhook { url = 'https://chat/hook', json = {} }", "--allow-net=chat"),
    ("desktop { text = 'x' }", "--allow-run=notify-send"),
    ("command { argv = { 'wall' } }", "--allow-run=wall"),
    (
      "mail { url = 'smtp://post:25', from = 'a@b', to = { 'c@d' }, subject = 's', text = 't' }",
      "--allow-net=post:25"
    ),
    (
      "webhook { url = 'https://oidc.us-east-1.amazonaws.com/', json = {}, ca_bundle = '/ca.pem' }",
      "--allow-read=/ca.pem"
    ),
    (
      "mail { url = 'smtp://oidc.us-east-1.amazonaws.com', from = 'a@b', to = { 'c@d' }, "
        + "subject = 's', text = 't', ca_bundle = '/ca.pem' }", "--allow-read=/ca.pem"
    ),
  ])
  func `one that is not permitted fails softly and names the flag`(
    call: String, flag: String
  ) async throws {
    let stage = try Stage()
    let ending = try await stage.run(
      "local ok, err = sso.notify.\(call) print(ok, err.kind, err.code)")
    #expect(ending.output == "nil\tpermission\tNotPermitted\n")
    #expect(ending.errors.contains(flag))
    #expect(stage.wire.requests.isEmpty && stage.programs.lines.isEmpty)
    #expect(stage.mail.messages.isEmpty)
  }

  @Test(arguments: [
    ("terminal {}", "text"), ("terminal { text = 1 }", "text: expected string, got integer"),
    ("terminal { text = 'x', bel = true }", "did you mean \"bell\"?"),
    ("webhook { url = 'chat', json = {} }", "url must be an absolute http or https URL"),
    (
      "webhook { url = 'https://h/', json = { f = print } }",
      "sso.notify.webhook: JSON cannot hold a function at json.f"
    ),
    ("webhook { url = 'https://h/', json = {}, timeout = 0 }", "timeout must be more than 0"),
    ("command { argv = {} }", "argv is empty"), ("command { argv = { 'a\\0b' } }", "NUL"),
  ])
  func `wrong arguments are raised`(call: String, message: String) async throws {
    let failure = try await Stage.open().failure(of: "safe.notify.\(call)")
    #expect(failure.message.contains(message))
    #expect(failure["code"] == "ParamValidationError")
  }

  // MARK: The terminal

  @Test func `a terminal rings and gets title and message`() async throws {
    let script =
      "sso.notify.terminal { text = 'hello', bell = true, title = 'AWS', osc9 = true }"
    let ending = try await Stage.open().run(script)
    #expect(ending.errors == "hello\n\u{1B}]2;AWS\u{7}\u{1B}]9;hello\u{7}\u{7}")
    #expect(ending.output.isEmpty)
  }

  @Test func `what a terminal would act on is escaped`() async throws {
    let script = "sso.notify.terminal { text = 'a\\27]0;x\\7b', title = '\\7\\27c' }"
    let ending = try await Stage.open().run(script)
    #expect(ending.errors == "a\\u{1b}]0;x\\u{7}b\n\u{1B}]2;\\u{7}\\u{1b}c\u{7}")
  }

  @Test func `a message that begins with a number is no command of the terminal`() async throws {
    let ending = try await Stage.open().run("sso.notify.terminal { text = '4;1;50', osc9 = true }")
    #expect(ending.errors == "4;1;50\n\u{1B}]9; 4;1;50\u{7}")
  }

  @Test func `a terminal that is gone ends nothing`() async throws {
    let stage = try Stage.open()
    stage.terminal.fail(with: DoorError("standard error: Broken pipe", number: 32))
    let ending = try await stage.run(
      """
      local told, err = sso.notify.terminal { text = "hello" }
      assert(told == nil and err.message:find("Broken pipe"), err and err.message)
      """)
    #expect(ending.word == "finished")
  }

  // MARK: Programs

  @Test func `the desktop gets title and text as data`() async throws {
    let stage = try Stage.open()
    #expect(
      try await stage.output(of: "print(sso.notify.desktop { title = '-x', text = 'a <b> & c' })")
        == "true\n")
    #if !os(macOS)
      #expect(
        stage.programs.calls.map(\.arguments) == [
          ["notify-send", "--app-name=ssoscript", "--", "-x", "a &lt;b&gt; &amp; c"]
        ])
    #endif
  }

  @Test func `a program gets its words and its input without secrets`() async throws {
    let stage = try Stage.open()
    stage.secrets.remember("very-secret-token")
    let script = """
      sso.notify.command { argv = { "tell", "it is very-secret-token" }, stdin = "very-secret-token!" }
      """
    try await stage.run(script)
    let call = try #require(stage.programs.calls.first)
    #expect(call.arguments == ["tell", "it is <secret>"] && call.input == "<secret>!")
  }

  @Test func `a program that fails says how`() async throws {
    let stage = try Stage.open()
    stage.programs.end(ProgramEnd(exitStatus: 3))
    let script = "local ok, err = sso.notify.command { argv = { 'tell' } } print(ok, err)"
    #expect(
      try await stage.output(of: script)
        == "nil\tsso.notify.command: tell ended with exit status 3\n")
  }

  @Test func `a program that does not end is left alone after its time`() async throws {
    let stage = try Stage.open()
    let script =
      "local ok, err = sso.notify.command { argv = { 'endless' }, timeout = 2 } print(ok, err)"
    let ending = try await stage.run(script)
    #expect(
      ending.output == "nil\tsso.notify.command: endless did not end within 2.0 seconds\n")
    #expect(ending.elapsed == .seconds(2))
  }

  // MARK: Webhooks

  @Test func `a webhook is posted as JSON without secrets`() async throws {
    let stage = try Stage.open { _, _ in .answer(HTTPResponse(status: 204)) }
    stage.secrets.remember("very-secret-token")
    let script = """
      print(sso.notify.webhook { url = "https://chat/hook", headers = { ["X-A"] = "b" },
        json = { text = "got very-secret-token", list = { "very-secret-token", 1 } } })
      """
    #expect(try await stage.output(of: script) == "true\n")
    let request = try #require(stage.wire.requests.first)
    #expect(request.method == "POST" && request.options.timeout == .seconds(10))
    #expect(request.headers["content-type"] == "application/json")
    #expect(request.headers["x-a"] == "b")
    #expect(stage.wire.bodies == [#"{"list":["<secret>",1],"text":"got <secret>"}"#])
  }

  @Test func `a service that does not take it is named with its status`() async throws {
    let stage = try Stage.open { _, _ in .answer(HTTPResponse(status: 404)) }
    let script = """
      local ok, err = sso.notify.webhook { url = "https://chat/hook", json = {} }
      print(ok, err.code, err.status, err.host)
      """
    #expect(try await stage.output(of: script) == "nil\tHTTP 404\t404\tchat\n")
  }

  @Test(arguments: [
    (429, true), (500, true), (502, true), (503, true), (504, true), (400, false), (404, false),
    (410, false), (501, false),
  ])
  func `a service that does not take it says whether it may take it later`(
    status: Int, retryable: Bool
  ) async throws {
    let stage = try Stage.open { _, _ in .answer(HTTPResponse(status: status)) }
    let script = """
      local _, err = sso.notify.webhook { url = "https://chat/hook", json = {} }
      print(err.retryable)
      """
    #expect(try await stage.output(of: script) == "\(retryable)\n")
  }

  @Test(arguments: [
    (TransportError.Code.connect, true), (.timeout, true), (.incomplete, true), (.tls, false),
  ])
  func `a service that is not reached may be later`(
    code: TransportError.Code, retryable: Bool
  ) async throws {
    let stage = try Stage.open { _, _ in .lost(code, .maybeReceived) }
    let script = """
      local _, err = sso.notify.webhook { url = "https://chat/hook", json = {} }
      print(err.retryable)
      """
    #expect(try await stage.output(of: script) == "\(retryable)\n")
  }

  @Test func `the last part of a webhook's address is a secret by itself`() async throws {
    let stage = try Stage.open { _, _ in .answer(HTTPResponse(status: 200)) }
    let ending = try await stage.run(
      """
      sso.notify.webhook { url = "https://chat/services/T000/B000/abcdefghijklmnop", json = {} }
      io.stderr:write("posted to abcdefghijklmnop\\n")
      """)
    #expect(ending.errors == "posted to <secret>\n")
  }

  @Test func `the address of a webhook is a secret`() async throws {
    let stage = try Stage.open { _, _ in .answer(HTTPResponse(status: 200)) }
    let script = """
      local url = "https://hooks.slack.com/services/T000/B000/abcdefghijklmnop"
      sso.notify.webhook { url = url, json = {} }
      sso.log.info("posted to %s", url)
      """
    #expect(try await stage.run(script).errors == "posted to https://hooks.slack.com<secret>\n")
  }

  @Test(arguments: ["?wait=true", "?token=abc", "#part", "?a=b#c"])
  func `the path of a webhook is a secret also without its query`(query: String) async throws {
    var stage = try Stage.open { _, _ in .answer(HTTPResponse(status: 200)) }
    let lines = TraceLines()
    stage.trace = lines
    let ending = try await stage.run(
      """
      local url = "https://chat/api/hooks/abcdefghijklmnop"
      sso.notify.webhook { url = url .. "\(query)", json = {} }
      sso.log.info("%s %s?a=b abcdefghijklmnop", url, url)
      """)
    #expect(ending.errors == "https://chat<secret> https://chat<secret>?a=b <secret>\n")
    #expect(lines.all.first?.contains(#""url":"https://chat<secret>"#) == true)
  }

  @Test func `a notification that is cancelled ends with its task`() async throws {
    let stage = try Stage.open { _, _ in .never }
    let script = """
      local ok, err = pcall(sso.task.timeout, 1, function()
        sso.notify.webhook { url = "https://chat/hook", json = {} }
        print "went on"
      end)
      print(ok, err.code)
      """
    #expect(try await stage.output(of: script) == "false\tTimeout\n")
  }
}

@Suite struct `sso.notify.mail` {
  private static let usual =
    "url = 'smtp://post.example.com:587', from = 'me@a.example', to = { 'you@b.example' }"

  private func sent(_ arguments: String) async throws -> Mail {
    let stage = try Stage.open()
    let script = "print(sso.notify.mail { \(Self.usual), \(arguments) })"
    #expect(try await stage.output(of: script) == "true\n")
    return try #require(stage.mail.messages.first)
  }

  @Test func `is written by the rules of RFC 5322`() async throws {
    let mail = try await sent("subject = 'Login', text = 'please\\napprove'")
    #expect(mail.sender == "me@a.example" && mail.recipients == ["you@b.example"])
    #expect(mail.needsTLS && mail.user == nil && mail.timeout == .seconds(30))
    #expect(
      String(decoding: mail.message, as: UTF8.self)
        == """
        From: <me@a.example>
        To: <you@b.example>
        Subject: Login
        Date: Tue, 01 Jan 2030 00:00:00 +0000
        Message-ID: <000102030405060708090a0b0c0d0e0f@a.example>
        Auto-Submitted: auto-generated
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        cGxlYXNlDQphcHByb3ZlDQo=

        """.replacing("\n", with: "\r\n"))
  }

  @Test func `a subject in any script is made of encoded words of whole letters`() async throws {
    let mail = try await sent("subject = '日本語の件名がとても長いので折り返されます', text = ''")
    let subject = String(decoding: mail.message, as: UTF8.self)
      .split(separator: "\r\n").drop { !$0.hasPrefix("Subject: ") }.prefix(2)
    #expect(
      subject.joined(separator: "\n") == """
        Subject: =?UTF-8?B?5pel5pys6Kqe44Gu5Lu25ZCN44GM44Go44Gm44KC6ZW344GE44Gu?=
         =?UTF-8?B?44Gn5oqY44KK6L+U44GV44KM44G+44GZ?=
        """)
    #expect(subject.allSatisfy { $0.utf8.count <= 76 })
  }

  @Test func `holds no secrets`() async throws {
    let stage = try Stage.open()
    stage.secrets.remember("very-secret-token")
    try await stage.run(
      "sso.notify.mail { \(Self.usual), subject = 'very-secret-token', text = 'very-secret-token' }"
    )
    let text = String(
      decoding: try #require(stage.mail.messages.first).message, as: UTF8.self)
    #expect(
      text.contains("Subject: <secret>\r\n") && text.hasSuffix("\r\n\r\nPHNlY3JldD4NCg==\r\n"))
  }

  @Test(arguments: [
    ("subject = 'a\\r\\nBcc: x@y.example', text = ''", "subject must be one line"),
    ("subject = 'a\\0', text = ''", "subject must be one line"),
    ("subject = '', text = '', from = 'me@a\\r\\nX: y'", "is no address"),
    ("subject = '', text = '', from = 'Me <me@a.example>'", "is no address"),
    ("subject = '', text = '', to = { 'a@b', 'c' }", "\"c\" is no address"),
    ("subject = '', text = '', to = {}", "to must name 1 to 100 addresses"),
    ("subject = '', text = '', url = 'http://post'", "url must be smtp://HOST"),
    ("subject = '', text = '', url = 'smtp://me:pw@post'", "url must be smtp://HOST"),
    ("subject = '', text = '', url = 'smtp://post/x'", "url must be smtp://HOST"),
    ("subject = '', text = '', url = 'smtp://post:99999'", "url must be smtp://HOST"),
    ("subject = '', text = '', user = 'me'", "user and password go together"),
    ("subject = '', text = '', user = 'me', password = 'pass', tls = false", "in the clear"),
    (
      "subject = '', text = '', user = 'me', password = 'pass', tls = false, "
        + "url = 'smtp://127.evil.example'", "in the clear"
    ),
    (
      "subject = '', text = '', user = 'me', password = 'pass', tls = false, "
        + "url = 'smtp://localhost.evil.example:25'", "in the clear"
    ),
  ])
  func `nothing is sent that is malformed`(arguments: String, message: String) async throws {
    let stage = try Stage.open()
    let script = """
      local arguments = { \(Self.usual) }
      for name, value in pairs { \(arguments) } do arguments[name] = value end
      sso.notify.mail(arguments)
      """
    let failure = try await stage.failure(of: script)
    #expect(failure.message.contains(message))
    #expect(stage.mail.messages.isEmpty)
  }

  @Test(arguments: ["127.0.0.1", "localhost:2525", "[::1]:25"])
  func `a password goes in the clear to this machine only`(host: String) async throws {
    let stage = try Stage.open()
    let script = """
      local arguments = { \(Self.usual), subject = "", text = "", user = "me", password = "pass" }
      arguments.tls, arguments.url = false, "smtp://\(host)"
      print(sso.notify.mail(arguments))
      """
    #expect(try await stage.output(of: script) == "true\n")
  }

  @Test(arguments: [
    (TransportError.Code.connect, TransportError.Delivery.neverSent, "transport\ttrue"),
    (.resolve, .neverSent, "transport\ttrue"), (.timeout, .neverSent, "transport\ttrue"),
    (.timeout, .maybeReceived, "transport\tfalse"), (.tls, .neverSent, "transport\tfalse"),
    (.refused, .neverSent, "service\tfalse"), (.deferred, .neverSent, "service\ttrue"),
  ])
  func `may be taken later where it was not taken, and not for good`(
    code: TransportError.Code, delivery: TransportError.Delivery, words: String
  ) async throws {
    let stage = try Stage.open()
    stage.mail.fail(
      with: TransportError(code: code, message: "x", host: "post", delivery: delivery))
    let script = """
      local _, err = sso.notify.mail { \(Self.usual), subject = "", text = "" }
      print(err.kind, err.retryable)
      """
    #expect(try await stage.output(of: script) == "\(words)\n")
  }

  @Test func `that the server refuses is no failure of the network`()
    async throws
  {
    let stage = try Stage.open()
    stage.mail.fail(
      with: TransportError(
        code: .refused, message: "the server refused a recipient (550)", host: "post",
        delivery: .neverSent))
    let ending = try await stage.run(
      """
      local ok, err = sso.notify.mail { \(Self.usual), subject = "", text = "" }
      print(ok, err.kind, err.code, err)
      """)
    #expect(
      ending.output == "nil\tservice\trefused\t"
        + "sso.notify.mail at post: refused: the server refused a recipient (550)\n")
  }

  @Test func `to a dead port of this machine does not ask for our own service`() async throws {
    let stage = try Stage.open()
    stage.mail.fail(
      with: TransportError(
        code: .connect, message: "dead", host: "127.0.0.1:25", delivery: .neverSent))
    let ending = try await stage.run(
      "sso.notify.mail { \(Self.usual), subject = '', text = '' }")
    #expect(ending.errors.contains("connect: dead. Is the server running there?"))
  }

  @Test func `a password is remembered as a secret`() async throws {
    let stage = try Stage.open()
    stage.mail.fail(
      with: TransportError(
        code: .other, message: "535 hunter22 is wrong", host: "post", delivery: .maybeReceived))
    let script = """
      sso.notify.mail { \(Self.usual), subject = "", text = "", user = "me", password = "hunter22" }
      """
    #expect(
      try await stage.run(script).errors.contains("535 <secret> is wrong"))
  }
}
