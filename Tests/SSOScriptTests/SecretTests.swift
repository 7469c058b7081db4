import LuaEngine
import SSOOIDC
@testable import SSOScript
import Testing

/// All that a person or a log could have seen.
private func seen(_ stage: Stage, _ ending: Ending) -> String {
  guard case .failed(let failure) = ending.outcome else { return ending.errors }
  return ending.errors + stage.secrets.redact(failure.message + failure.place.traceback)
}

@Suite struct `A secret` {
  /// What brings one into a run, and the secret.
  private static let sources: [(String, String)] = [
    (#"os.getenv("AWS_SECRET_ACCESS_KEY")"#, "environment-key"),
    (#"os.getenv("AWS_SESSION_TOKEN")"#, "environment-token"),
    (#"sso.env.get("GITHUB_TOKEN")"#, "github-token-1"),
    (#"sso.env.get("DB_PASSWORD")"#, "db-password-1"),
    (#"sso.env.get("CACHE_PASSPHRASE")"#, "passphrase-of-a-cache"),
    (#"sso.env.get("DB_PASS")"#, "db-pass-1"),
    (#"sso.env.get("GITHUB_PAT")"#, "github-pat-1"),
    (#"os.getenv("HTTPS_PROXY"):match(":([^:@]+)@")"#, "proxy-pass-1"),
    (#"sso.crypto.pkce().verifier"#, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"),
    (#"sso.terminal.prompt_hidden("Password: ")"#, "hunter2"),
    (
      #"sso.json.decode('{"a":[{"accessToken":"json-token-1"}]}').a[1].accessToken"#, "json-token-1"
    ),
    (#"sso.json.decode('{"SecretAccessKey":"json-key-1"}').SecretAccessKey"#, "json-key-1"),
    (#"sso.json.decode('{"refresh_token":"json-refresh"}').refresh_token"#, "json-refresh"),
    (#"sso.json.decode('{"password":"json-password"}').password"#, "json-password"),
    (
      #"(sso.http.request { url = "https://h/", headers = { Authorization = "Bearer header-bearer" } } and "header-bearer")"#,
      "header-bearer"
    ),
    (
      #"(sso.http.request { url = "https://h/", headers = { authorization = "Basic bWU6YmFzaWMtcGFzcw==" } } and "basic-pass")"#,
      "basic-pass"
    ),
    (
      #"(sso.http.request { url = "https://h/", headers = { authorization = "Basic bWU6YmFzaWMtcGFzcw==" } } and "bWU6YmFzaWMtcGFzcw==")"#,
      "bWU6YmFzaWMtcGFzcw"
    ),
    (
      #"(sso.http.request { url = "https://h/", headers = { ["X-Api-Key"] = "header-api-key" } } and "header-api-key")"#,
      "header-api-key"
    ),
    (
      #"(sso.http.request { url = "https://h/", headers = { ["PRIVATE-TOKEN"] = "header-private" } } and "header-private")"#,
      "header-private"
    ),
    (
      #"(sso.http.request { url = "https://h/", headers = { ["X-Vault-Token"] = "header-vault" } } and "header-vault")"#,
      "header-vault"
    ),
    (
      #"(sso.http.request { url = "https://h/", headers = { ["DD-API-KEY"] = "header-datadog" } } and "header-datadog")"#,
      "header-datadog"
    ),
    (
      #"(sso.http.request { url = "https://h/", headers = { ["X-Auth-Key"] = "header-auth-key" } } and "header-auth-key")"#,
      "header-auth-key"
    ),
    (
      #"(sso.http.request { url = "https://h/", headers = { Cookie = "a=b; session_id=cookie-session" } } and "cookie-session")"#,
      "cookie-session"
    ),
    (
      #"(sso.http.get("https://h/?X-Amz-Security-Token=url-token-1") and "url-token-1")"#,
      "url-token-1"
    ),
    (#"(sso.http.get("https://h/?state=s&code=url-code-12") and "url-code-12")"#, "url-code-12"),
    (
      #"(sso.http.request { url = "https://h/", method = "POST", body = '{"client_secret":"body-secret-1"}' } and "body-secret-1")"#,
      "body-secret-1"
    ),
    (
      #"(sso.http.request { url = "https://h/", method = "POST", headers = { ["Content-Type"] = "Application/X-WWW-Form-Urlencoded" }, body = "code=form%2Dcode%2D2" } and "form-code-2")"#,
      "form-code-2"
    ),
    (
      #"(sso.http.request { url = "https://h/", method = "POST", headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }, body = "code=form%2Dcode%2D1" } and "form-code-1")"#,
      "form-code-1"
    ),
    (#"sso.http.get("https://h/").headers["set-cookie"]:match("=([^;]+)")"#, "reply-cookie"),
    (#"sso.http.get("https://h/").body:match('id_token": "([^"]+)')"#, "reply-id-token"),
    (#"sso.http.get("https://h/").headers.location:match("code=(.+)")"#, "location-code"),
    (
      #"(function() pcall(sso.client { region = "us-east-1" }.create_token, sso.client { region = "us-east-1" }, { clientId = "c", clientSecret = "client-secret-1", grantType = "authorization_code", code = "given-code-1", codeVerifier = "given-verifier", refreshToken = "given-refresh", deviceCode = "given-device" }) return "given-code-1 client-secret-1 given-verifier given-refresh given-device" end)()"#,
      "given-"
    ),
    (
      #"(sso.client { region = "us-east-1", credentials = { accessKeyId = "AKIA1", secretAccessKey = "given-key-1", sessionToken = "given-session" } } and "given-key-1 given-session")"#,
      "given-"
    ),
    (
      #"(sso.notify.webhook { url = "https://h/", json = {}, headers = { Authorization = "Bearer hook-bearer" } } and "hook-bearer")"#,
      "hook-bearer"
    ),
    (
      #"(sso.notify.webhook { url = "https://h/", json = {}, headers = { ["X-Api-Key"] = "hook-api-key" } } and "hook-api-key")"#,
      "hook-api-key"
    ),
    (
      #"(sso.notify.webhook { url = "https://h/?access_token=hook-token", json = {} } and "hook-token")"#,
      "hook-token"
    ),
    (
      #"(sso.cache.encrypted { store = sso.cache.memory(), key = "an encryption key of 32 letters!" } and "an encryption key of 32 letters!")"#,
      "an encryption key of 32 letters!"
    ),
    (
      #"(function() sso.cache.memory():put("a", "kept as plain text") return "kept as plain text" end)()"#,
      "kept as plain text"
    ),
    (
      #"(function() sso.cache.memory():put("a", '["kept",{"password":"kept-password"}]') return "kept-password" end)()"#,
      "kept-password"
    ),
    (
      #"(function() sso.cache.memory():put("a", '"kept as JSON text"') return "kept as JSON text" end)()"#,
      "kept as JSON text"
    ),
  ]

  private func stage() throws -> Stage {
    var stage = try Stage.open { request, _ in
      request.path == "/"
        ? .json(
          #"{"id_token": "reply-id-token"}"#,
          [
            "Set-Cookie": "auth=reply-cookie; Path=/",
            "Location": "http://127.0.0.1/?code=location-code",
          ])
        : .error("InvalidGrantException")
    }
    stage.variables = [
      "AWS_SECRET_ACCESS_KEY": "environment-key", "AWS_SESSION_TOKEN": "environment-token",
      "GITHUB_TOKEN": "github-token-1", "DB_PASSWORD": "db-password-1",
      "CACHE_PASSPHRASE": "passphrase-of-a-cache", "DB_PASS": "db-pass-1",
      "GITHUB_PAT": "github-pat-1",
      "HTTPS_PROXY": "http://me:proxy-pass-1@proxy:8080/",
    ]
    stage.terminal.answer("hunter2")
    return stage
  }

  @Test func `is what a variable is called after, also where it begins as a path does`()
    async throws
  {
    var stage = try Stage.open()
    stage.variables["DB_PASS"] = "/base64+of+noise"
    let ending = try await stage.run("os.getenv 'DB_PASS' sso.log.info '/base64+of+noise'")
    #expect(ending.errors == "<secret>\n")
  }

  @Test func `is no folder, whatever its variable is called`() async throws {
    var stage = try Stage.open()
    stage.variables["HOST_PWD"] = "/some/long/folder"
    let ending = try await stage.run(
      "os.getenv 'HOST_PWD' sso.log.info '/some/long/folder/file'")
    #expect(ending.errors == "/some/long/folder/file\n")
  }

  @Test(arguments: sources)
  func `reaches no line for a person, from wherever it came`(
    source: String, secret: String
  ) async throws {
    for sink in [
      "sso.log.info('%s', s)", "sso.log.error(s)", "io.stderr:write(s, '\\n')", "error(s)",
      "error(s, 0)", "io.stderr:write(string.format('%q', s))",
      "sso.log.info(('x'):rep(3990) .. s)", "io.output(io.stderr) io.write(s)",
      "io.stderr:write(sso.json.encode { s })",
      "error(setmetatable({}, { __tostring = function() return s end }))",
    ] {
      let stage = try stage()
      let ending = try await stage.run("local s = \(source) assert(s, 'no secret') \(sink)")
      let text = seen(stage, ending)
      #expect(!text.contains(secret.prefix(8)), "\(sink): \(text.suffix(200))")
      #expect(text.contains("<secret>"), "\(sink): \(text.suffix(200))")
    }
  }

  @Test(arguments: 1..<17)
  func `is replaced also when it is written in pieces`(place: Int) async throws {
    let script = """
      local s = os.getenv("AWS_SESSION_TOKEN")
      io.stderr:write("token ", s:sub(1, \(place)))
      sso.time.sleep(1)
      io.stderr:write(s:sub(\(place + 1)))
      io.stderr:write(" and ")
      for byte in s:gmatch(".") do io.stderr:write(byte) end
      io.stderr:write("\\n")
      """
    #expect(try await stage().run(script).errors == "token <secret> and <secret>\n")
  }

  @Test(arguments: [
    ("io.stderr:write(s, '\\n')", "<secret>\n"), ("io.stderr:write(s, '\\r\\n')", "<secret>\r\n"),
    ("io.stderr:write(s) io.stderr:write('\\n')", "<secret>\n"),
    ("io.stderr:write(s .. '\\n second')", "<secret>\n second"),
    ("sso.log.info('%s\\nx', s)", #"<secret>\u{a}x"# + "\n"),
  ])
  func `is replaced also where the end of a line cuts it off`(
    sink: String, text: String
  ) async throws {
    let script = "local s = os.getenv('AWS_SESSION_TOKEN'):sub(1, 12) \(sink)"
    #expect(try await stage().run(script).errors == text)
  }

  @Test func `is replaced in an error where the end of a line cuts it off`() async throws {
    let stage = try stage()
    let ending = try await stage.run(
      "error(os.getenv('AWS_SESSION_TOKEN'):sub(1, 12) .. '\\n second')")
    let text = seen(stage, ending)
    #expect(!text.contains("environm") && text.contains("<secret>"), "\(text)")
  }

  @Test(arguments: [
    (#"io.stderr:write("environ") io.stderr:write("ment of work\n")"#, "environment of work\n"),
    (#"io.stderr:write("environ\n") io.stderr:write("ment\n")"#, "environ\nment\n"),
    (#"io.stderr:write("an e") sso.log.info("x")"#, "an ex\n"),
    (#"io.stderr:write("an e")"#, "an e"), (#"io.stderr:write("an e") os.exit(3)"#, "an e"),
    (#"io.stderr:write("an e") error("x")"#, "an e"),
  ])
  func `is not what only began like one: that is shown`(
    script: String, text: String
  ) async throws {
    #expect(try await stage().run(script).errors == text)
  }

  @Test func `is replaced in a JSON log before it is written as JSON`() async throws {
    var stage = try Stage()
    stage.options.logFormat = .json
    stage.terminal.answer(#"quo"te\s"#)
    let ending = try await stage.run("sso.log.info('%s', sso.terminal.prompt_hidden('?'))")
    #expect(ending.errors.hasSuffix(#""message":"<secret>"}"# + "\n"))
  }

  @Test(arguments: [
    ("X-Vault-Token", true), ("DD-API-KEY", true), ("X-Client-Secret", true),
    ("GitHub-Authentication-Token-Expiration", false), ("X-RateLimit-Remaining-Tokens", false),
    ("Access-Control-Allow-Credentials", false), ("X-Token-Endpoint", false),
  ])
  func `is in a header whose name ends in what it is`(name: String, isSecret: Bool) {
    #expect(SecretNames.isHeader(plain: SecretNames.plain(name)) == isSecret)
  }

  @Test func `stays as it is on standard output, in files and in requests`() async throws {
    let stage = try stage()
    let script = """
      local key = os.getenv("AWS_SECRET_ACCESS_KEY")
      print(key) io.write(key, "\\n") io.open("f.txt", "w"):write(key)
      sso.http.request { url = "https://h/", method = "POST", body = key }
      """
    #expect(try await stage.output(of: script) == "environment-key\nenvironment-key\n")
    #expect(stage.disk["/home/me/f.txt"] == "environment-key")
    #expect(stage.wire.bodies == ["environment-key"])
  }

  @Test func `is not in the question on the terminal`() async throws {
    let stage = try stage()
    _ = try await stage.run("sso.terminal.prompt(os.getenv('AWS_SESSION_TOKEN'))")
    #expect(stage.terminal.questions == ["<secret>"])
  }

  @Test(arguments: [
    ("sso.crypto.pkce()", "io.stderr:write('second\\n')"),
    ("sso.json.decode('{\"password\":\"pass-word-' .. i .. '\"}')", "sso.log.info 'second'"),
  ])
  func `that there is no room for is told of once, before it can show`(
    source: String, sink: String
  ) async throws {
    let stage = try Stage(secrets: SecretKeeper(foundLimit: 0))
    let ending = try await stage.run(
      "sso.log.info 'first' for i = 1, 10 do \(source) end for _ = 1, 2 do \(sink) end")
    #expect(
      ending.errors == """
        first
        warning: too many secrets were found to remember them all: new ones are shown
        second
        second

        """)
  }

  @Test func `is in no line of a trace`() async throws {
    var stage = try stage()
    let lines = TraceLines()
    stage.trace = lines
    let script = """
      sso.http.request { url = "https://h/?code=url-code-12&x=1", method = "POST",
        headers = { Authorization = "Bearer header-bearer", ["X-Api-Key"] = "header-api-key",
          Cookie = "a=b", ["X-Note"] = "environment-key" },
        body = '{"a":{"client_secret":"body-secret-1","note":"environment-key"}}' }
      """
    _ = try await stage.run(script)
    let line = try #require(lines.all.first)
    for secret in [
      "url-code-12", "header-bearer", "header-api-key", "a=b", "body-secret-1", "environment-key",
      "reply-cookie", "reply-id-token", "location-code",
    ] { #expect(!line.contains(secret), "\(secret)") }
    #expect(line.contains(#""url":"https://h/?code=<secret>&x=1""#))
  }

  @Test func `is in no line of a trace though a part of its URL is masked as well`() async throws {
    var stage = try stage()
    let lines = TraceLines()
    stage.trace = lines
    _ = try await stage.run(
      "sso.notify.webhook { url = 'https://h/workflows/0123456789/invoke?sig=webhook-sig&code=abc#access_token=x', "
        + "json = {} }")
    let line = try #require(lines.all.first)
    #expect(!line.contains("webhook-sig") && !line.contains("0123456789"), "\(line)")
  }

  @Test func `is in no line of a trace, wherever else the answer repeats it`() async throws {
    var stage = try Stage.open { _, _ in
      .json(
        #"{"deviceCode":"device-code-1","verificationUriComplete":"https://h/?c=device-code-1","#
          + #""awsAdditionalDetails":{"identityContext":"identity-1"},"#
          + #""accessToken":"access/token/1","odd":"access/token/1 identity-1"}"#,
        ["X-T": "access/token/1", "X-J": #"{"a":"access\/token\u002f1"}"#])
    }
    let lines = TraceLines()
    stage.trace = lines
    _ = try await stage.run(#"sso.http.request { url = "https://h/" }"#)
    let line = try #require(lines.all.first)
    #expect(line.contains(#"["X-T","<secret>"],["X-J","{\"a\":\"<secret>\"}"]"#), "\(line)")
    #expect(line.contains(#""verificationUriComplete":"https://h/?c=<secret>""#), "\(line)")
    #expect(line.contains(#""odd":"<secret> <secret>""#), "\(line)")
  }

  @Test(arguments: [
    ("HTTPS_PROXY", "http://me:proxy-pass-1@proxy:8080/"), ("http_proxy", "me:proxy-pass-1@proxy"),
    ("ALL_PROXY", "http://me:proxy%2Dpass%2D1@proxy"),
    ("all_proxy", "http://\u{301}me:proxy-pass-1@\u{301}proxy/"),
  ])
  func `is also the password of a proxy, which may repeat it`(
    variable: String, value: String
  ) async throws {
    var stage = try Stage.open()
    stage.variables = [variable: value]
    let words = "proxy-pass-1 proxy%2dpass%2d1 Basic bWU6cHJveHktcGFzcy0x me"
    let ending = try await stage.run(#"sso.log.info("%s", "\#(words)")"#)
    #expect(ending.errors == "<secret> <secret> Basic <secret> me\n")
  }

  @Test func `is found beside a number that is too large for anybody`() async throws {
    var stage = try Stage.open { _, _ in
      .json(#"{"x":123456789012345678901234567890,"id_token":"reply-id-token"}"#)
    }
    let lines = TraceLines()
    stage.trace = lines
    let ending = try await stage.run(
      """
      sso.http.request { url = "https://h/", method = "POST",
        body = '{"x":1e400,"client_secret":"body-secret-1"}' }
      sso.log.info("reply-id-token body-secret-1")
      """)
    #expect(ending.errors == "<secret> <secret>\n")
    #expect(lines.all.first?.contains(#"{"x":1e400,"client_secret":"<secret>"}"#) == true)
  }

  @Test func `is also a key that is no text, in base64 and escaped`() async throws {
    let script = """
      local key = ("\\xff\\0\\x80 key"):rep(5):sub(1, 32)
      sso.cache.encrypted { store = sso.cache.memory(), key = key }
      io.stderr:write(sso.crypto.base64url_encode(key), " ", string.format("%q", key), " ", key, "\\n")
      """
    #expect(try await Stage().run(script).errors == #"<secret> "<secret>" <secret>"# + "\n")
  }

  @Test func `in the JSON of a webhook is not replaced when it is sent again`() async throws {
    let stage = try stage()
    let script = """
      local arguments = { url = "https://h/", headers = { Authorization = "Bearer hook-bearer" },
        json = { token = "json-token-2", note = "hook-bearer" } }
      for _ = 1, 2 do sso.notify.webhook(arguments) end
      """
    _ = try await stage.output(of: script)
    let body = #"{"note":"<secret>","token":"json-token-2"}"#
    #expect(stage.wire.bodies == [body, body])
    #expect(stage.wire.requests.last?.headers["authorization"] == "Bearer hook-bearer")
  }

  @Test func `is not JSON in a store without telling names`()
    async throws
  {
    let script = """
      local store = sso.cache.memory()
      store:put("a", '{"startUrl":"https://h/start"}')
      sso.log.info(store:get("a"))
      """
    #expect(try await Stage().run(script).errors == #"{"startUrl":"https://h/start"}"# + "\n")
  }

  @Test func `is no ordinary member of a message`() async throws {
    let stage = try Stage()
    let script = """
      sso.json.decode '{"code":"AuthorizationPendingException","tokenType":"BearerType","user_code":"ABCD-EFGH"}'
      sso.log.info("AuthorizationPendingException BearerType ABCD-EFGH")
      """
    let ending = try await stage.run(script)
    #expect(ending.errors == "AuthorizationPendingException BearerType ABCD-EFGH\n")
  }
}
