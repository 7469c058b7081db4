import SSOOIDC
import Testing

@testable import SSOScript

@Suite struct `Permissions for the network` {
  private func refusal(_ url: String, _ net: String...) -> Refusal? {
    var permissions = Permissions()
    permissions.net = net
    return permissions.refusal(of: .http(HTTPRequest(method: "GET", url: url)))
  }

  @Test(arguments: [
    "*", "example.com", "EXAMPLE.com.", "my_host", "*.example.com", "*.example.com:8443",
    "127.0.0.1", "127.0.0.1:1", "localhost:65535", "[::1]", "[::1]:80", "[::ffff:10.0.0.1]",
  ])
  func `can be given to what has the form of a host`(pattern: String) {
    #expect(HostPattern.isPattern(pattern))
    let host = pattern.hasPrefix("*") ? "a" + pattern.dropFirst() : pattern
    #expect(refusal("http://\(host)/", pattern) == nil)
  }

  @Test(arguments: [
    "", "http://127.0.0.1", "127.0.0.1:", "127.0.0.1/x", "user@127.0.0.1", "127.0.0.1:0",
    "127.0.0.1:99999", "a:080", "127.0.0.*", "*.0.0.1", "*.127.0.0.1:80", "::1", "[::1", "[]",
    "[::1]x", "*.[::1]", " b", "*:80", "*a.com", "a.*.com", ".a.com", "a..com", ".", "*.",
    "b\u{E4}r",
  ])
  func `cannot be given to what no host can be`(pattern: String) {
    #expect(!HostPattern.isPattern(pattern))
  }

  @Test(arguments: [
    "oidc.us-east-1.amazonaws.com", "oidc.us-gov-west-1.amazonaws.com",
    "oidc.cn-north-1.amazonaws.com.cn", "oidc-fips.eu-west-1.api.aws",
    "portal.sso.ap-southeast-2.amazonaws.com", "portal.sso-fips.us-west-2.amazonaws.com",
    "oidc.eusc-de-east-1.amazonaws.eu", "oidc.us-iso-east-1.c2s.ic.gov",
    "oidc.us-iso-east-1.api.aws.ic.gov", "portal.sso.us-isob-east-1.api.aws.scloud",
  ])
  func `let AWS's own endpoints pass in any region`(host: String) {
    #expect(refusal("https://\(host)/token") == nil)
  }

  @Test(arguments: [
    "oidc.s3.amazonaws.com", "oidc.bucket-1.amazonaws.com",
    "oidc.my-bucket-1.s3.amazonaws.com", "oidc.amazonaws.com",
    "s3.us-east-1.amazonaws.com", "oidc.us-east-1.amazonaws.com.evil.com",
    "evil.com.oidc.us-east-1.amazonaws.com", "oidc.us-east-1.amazonaws.com.", "oidc.us-east-1",
    "oidc.us-east-1-evil.amazonaws.com", "xoidc.us-east-1.amazonaws.com",
    "oidc.us-east-1.amazonaws.com:8443", "oidc.us-east-1.evilamazonaws.com",
  ])
  func `refuse what only looks like AWS`(host: String) {
    #expect(refusal("https://\(host)/token")?.flag == "--allow-net=\(host)")
  }

  @Test(arguments: [
    ("example.com", "example.com"), ("EXAMPLE.com", "example.COM"),
    ("example.com:8443", "example.com"), ("example.com:8443", "example.com:8443"),
    ("a.example.com", "*.example.com"), ("a.b.example.com", "*.EXAMPLE.com"),
    ("a.example.com:8443", "*.example.com:8443"), ("anything.at.all", "*"),
    ("127.0.0.1:8087", "127.0.0.1"), ("[::1]:8087", "[::1]"), ("[::1]", "[::1]"),
  ])
  func `fit hosts by name, port and wildcard`(host: String, pattern: String) {
    #expect(refusal("https://\(host)/", pattern) == nil)
  }

  @Test func `are needed for each service of a session`() {
    var permissions = Permissions()
    permissions.net = ["a.example"]
    let wish = Effect.session(.status, job: 1, urls: ["https://a.example/", "https://b.example/"])
    #expect(permissions.refusal(of: wish)?.flag == "--allow-net=b.example")
    permissions.net.append("b.example")
    #expect(permissions.refusal(of: wish) == nil)
  }

  @Test(arguments: [
    ("https://example.com/", "example.com:443"), ("https://example.com:443/", "example.com:443"),
    ("http://localhost/a", "localhost:80"), ("https://[::1]/", "[::1]:443"),
    ("http://[::1]", "[::1]:80"), ("https://a.example.com/", "*.example.com:443"),
  ])
  func `fit a port that the address leaves out`(url: String, pattern: String) {
    #expect(refusal(url, pattern) == nil)
    let call = Effect.signIn(job: 1, url: url)
    var permissions = Permissions()
    permissions.net = [pattern]
    #expect(permissions.refusal(of: call) == nil)
  }

  @Test(arguments: [
    ("http://example.com/", "example.com:443"), ("https://example.com/", "example.com:80"),
    ("https://example.com:80/", "example.com:443"), ("ftp://example.com/", "example.com:443"),
    ("https://example.com/", "example.com:4430"),
  ])
  func `do not fit another port that it leaves out`(url: String, pattern: String) {
    #expect(refusal(url, pattern) != nil)
  }

  @Test(arguments: [
    ("example.com", "*.example.com"), ("badexample.com", "*.example.com"),
    ("badexample.com", "example.com"), ("example.com.evil.com", "example.com"),
    ("example.com:8443", "example.com:8087"), ("example.org", "*.com"), ("com", "*.com"),
    ("[::1]:8087", "[::2]"), ("127.0.0.1.evil.com", "127.0.0.1"), ("example.co", "example.com"),
  ])
  func `do not fit neighbours`(host: String, pattern: String) {
    #expect(refusal("https://\(host)/", pattern) != nil)
  }

  @Test func `see the host that is really asked, not the user before it`() {
    #expect(refusal("https://example.com@evil.com/", "example.com")?.subject == "evil.com")
    #expect(refusal("https://example.com:x@evil.com/", "example.com")?.subject == "evil.com")
    #expect(refusal("https://evil.com?@example.com/", "example.com")?.subject == "evil.com")
    #expect(refusal("https://evil.com#@example.com/", "example.com")?.subject == "evil.com")
    // An accent behind a slash makes one character of both, and leaves the slash what it is.
    let accent = "https://evil.com/\u{301}@example.com/"
    #expect(refusal(accent, "example.com")?.subject == "evil.com")
    #expect(refusal("https:/\u{301}/example.com/", "example.com") != nil)
    #expect(refusal("https://\u{212A}.com/", "k.com")?.subject == "\u{212A}.com")
  }
}

@Suite struct `Permissions for files` {
  private func refusal(_ path: String, _ mode: String, read: [String] = [], write: [String] = [])
    throws -> String?
  {
    var permissions = Permissions()
    permissions.read = read
    permissions.write = write
    return permissions.refusal(of: .openFile(path, try #require(FileMode(mode))))?.flag
  }

  @Test(arguments: ["/data", "/data/a", "/data/a/b.txt"])
  func `hold for a folder and all below it`(path: String) throws {
    #expect(try refusal(path, "r", read: ["/data"]) == nil)
  }

  @Test(arguments: ["/database", "/data.txt", "/dat", "/", "/other/data"])
  func `do not hold for names that begin alike`(path: String) throws {
    #expect(try refusal(path, "r", read: ["/data"]) == "--allow-read=\(path)")
  }

  @Test func `tell names apart that are equal by Unicode's rules only`() throws {
    #expect(try refusal("/\u{212A}/a", "r", read: ["/K"]) != nil)
    #expect(try refusal("/cafe\u{301}/a", "w", write: ["/caf\u{E9}"]) != nil)
    #expect(try refusal("/cafe\u{301}", "w", write: ["/caf\u{E9}"]) != nil)
    #expect(try refusal("/cafe\u{301}/a", "w", write: ["/cafe\u{301}"]) == nil)
    #expect(try refusal("/data/\u{301}a", "r", read: ["/data"]) == nil)
    #expect(try refusal("/\u{301}a", "r", read: ["/"]) == nil)
  }

  @Test(arguments: [
    ("/a b", "'/a b'"), ("/$(x)", "'/$(x)'"), ("/it's", "'/it'\\''s'"),
    ("/x'\u{301};y", "'/x'\\''\u{301};y'"), ("/a\nb", "$'/a\\x0ab'"), ("/a b,c", "/"),
    ("/e f/g,h", "'/e f'"),
  ])
  func `are named as a shell takes them`(path: String, word: String) throws {
    #expect(try refusal(path, "r") == "--allow-read=\(word)")
    let permissions = Permissions()
    #expect(
      permissions.refusal(of: .run(["a b"], input: [], capturesOutput: false))?.flag
        == "--allow-run='a b'")
    #expect(permissions.refusal(of: .readEnvironment("$(x)"))?.flag == "--allow-env='$(x)'")
    let request = HTTPRequest(method: "GET", url: "http://$(x)/")
    #expect(permissions.refusal(of: .http(request))?.flag == "--allow-net='$(x)'")
  }

  @Test func `hold for everything with a star or the root`() throws {
    #expect(try refusal("/any", "r", read: ["*"]) == nil)
    #expect(try refusal("/any", "r", read: ["/"]) == nil)
  }

  @Test(arguments: [
    ("r", ["read"]), ("rb", ["read"]), ("w", ["write"]), ("a", ["write"]),
    ("r+", ["read", "write"]), ("w+", ["read", "write"]), ("a+b", ["read", "write"]),
  ])
  func `are those of the mode`(mode: String, needed: [String]) throws {
    let reads = needed.contains("read")
    let writes = needed.contains("write")
    #expect(try refusal("/f", mode, read: ["/f"]) == (writes ? "--allow-write=/f" : nil))
    #expect(try refusal("/f", mode, write: ["/f"]) == (reads ? "--allow-read=/f" : nil))
    #expect(try refusal("/f", mode, read: ["/f"], write: ["/f"]) == nil)
  }

  @Test func `need both names of a rename`() {
    var permissions = Permissions()
    permissions.write = ["/data"]
    #expect(permissions.refusal(of: .renameFile("/data/a", to: "/data/b")) == nil)
    #expect(
      permissions.refusal(of: .renameFile("/data/a", to: "/b"))?.flag == "--allow-write=/b")
    #expect(
      permissions.refusal(of: .renameFile("/a", to: "/data/b"))?.flag == "--allow-write=/a")
    #expect(permissions.refusal(of: .removeFile("/a"))?.flag == "--allow-write=/a")
  }

  @Test func `need the config file and the draft beside it`() throws {
    let target = SignInTarget(startURL: "https://a/start", region: "eu-west-1")
    let profiles = try ProfileSections([], of: target)
    var permissions = Permissions()
    permissions.write = ["/aws/config"]
    let wish = Effect.writeProfiles(profiles, into: "/aws/config")
    #expect(permissions.refusal(of: wish)?.flag == "--allow-write=/aws/config.ssoscript")
    permissions.write = ["/aws"]
    #expect(permissions.refusal(of: wish) == nil)
  }
}

@Suite struct `Permissions for variables and programs` {
  @Test func `fit names and beginnings`() {
    var permissions = Permissions()
    permissions.environment = ["HOME", "AWS_*"]
    #expect(permissions.refusal(of: .readEnvironment("HOME")) == nil)
    #expect(permissions.refusal(of: .readEnvironment("AWS_REGION")) == nil)
    #expect(permissions.refusal(of: .readEnvironment("AWS"))?.flag == "--allow-env=AWS")
    #expect(permissions.refusal(of: .readEnvironment("home"))?.flag == "--allow-env=home")
    permissions.environment = ["TOKEN", "KEY_*"]
    #expect(permissions.refusal(of: .readEnvironment("TO\u{212A}EN")) != nil)
    #expect(permissions.refusal(of: .readEnvironment("\u{212A}EY_A")) != nil)
    #expect(permissions.refusal(of: .readEnvironment("KEY_\u{301}")) == nil)
  }

  @Test(arguments: [
    ("A", true), ("A_*", true), ("*", true), ("*A", false), ("A*B", false), ("**", false),
  ])
  func `have a star at the end alone`(text: String, isPattern: Bool) {
    #expect(NamePattern.isPattern(text) == isPattern)
  }

  @Test(arguments: ["*", "A*", "*A", ",A", ""])
  func `are not offered for a name that they cannot name alone`(name: String) {
    let refusal = Permissions().refusal(of: .readEnvironment(name))
    #expect(
      refusal?.description
        == "variable \(name) is not permitted (no flag permits that name alone)")
    let wish = Effect.run([name], input: [], capturesOutput: false)
    #expect(Permissions().refusal(of: wish)?.flag == nil)
    #expect(Permissions().refusal(of: wish) != nil)
  }

  @Test func `fit a program as the script names it`() {
    var permissions = Permissions()
    permissions.run = ["notify-send"]
    func flag(_ program: String) -> String? {
      permissions.refusal(of: .run([program, "x"], input: [], capturesOutput: false))?.flag
    }
    #expect(flag("notify-send") == nil)
    #expect(flag("/tmp/notify-send") == "--allow-run=/tmp/notify-send")
    #expect(flag("sh") == "--allow-run=sh")
  }
}

@Suite struct `A script asks` {
  /// What each door says when nothing is permitted.
  static let refused = [
    ("io.open 'a.txt'", "io.open: /home/me/a.txt", "--allow-read=/home/me/a.txt"),
    ("io.open('a.txt', 'w')", "io.open: /home/me/a.txt", "--allow-write=/home/me/a.txt"),
    ("io.lines '/etc/passwd'", "io.lines: /etc/passwd", "--allow-read=/etc/passwd"),
    ("os.remove 'a'", "os.remove: /home/me/a", "--allow-write=/home/me/a"),
    ("os.rename('a', 'b')", "os.rename: /home/me/a", "--allow-write=/home/me/a"),
    ("os.getenv 'HOME'", "os.getenv: variable HOME", "--allow-env=HOME"),
    ("sso.env.get 'HOME'", "sso.env.get: variable HOME", "--allow-env=HOME"),
    ("os.execute { 'ls' }", "os.execute: program ls", "--allow-run=ls"),
    ("io.popen { 'ls' }", "io.popen: program ls", "--allow-run=ls"),
    ("io.open 'a/b,c/d'", "io.open: /home/me/a/b,c/d", "--allow-read=/home/me/a"),
    ("os.remove '/a,b'", "os.remove: /a,b", "--allow-write=/"),
    ("os.execute { '/tmp/x,y/z' }", "os.execute: program /tmp/x,y/z", "--allow-run='/tmp/x*'"),
    ("os.getenv 'A,B'", "os.getenv: variable A,B", "--allow-env='A*'"),
    (
      "sso.http.get 'https://example.com/a'", "sso.http.get: example.com", "--allow-net=example.com"
    ),
    (
      "sso.http.request { url = 'http://localhost:1/' }", "sso.http.request: localhost:1",
      "--allow-net=localhost:1"
    ),
    (
      "sso.client { region = 'us-east-1', endpoint_url = 'http://127.0.0.1:8087' }"
        + ":register_client { clientName = 'n', clientType = 'public' }",
      "client:register_client: 127.0.0.1:8087", "--allow-net=127.0.0.1:8087"
    ),
    (
      "sso.client { region = 'us-east-1', ca_bundle = '/etc/shadow' }", "sso.client: /etc/shadow",
      "--allow-read=/etc/shadow"
    ),
    (
      "sso.portal.client { region = 'us-east-1', ca_bundle = '../ca.pem' }",
      "sso.portal.client: /home/ca.pem", "--allow-read=/home/ca.pem"
    ),
    (
      "sso.http.request { url = 'https://oidc.us-east-1.amazonaws.com/', ca_bundle = 'ca.pem' }",
      "sso.http.request: /home/me/ca.pem", "--allow-read=/home/me/ca.pem"
    ),
  ]

  @Test(arguments: refused)
  func `and is refused with the flag that would allow it`(
    call: String, subject: String, flag: String
  ) async throws {
    let failure = try await Stage().failure(of: call)
    #expect(failure["kind"] == "permission")
    #expect(failure["code"] == "NotPermitted")
    #expect(failure.message == "\(subject) is not permitted (run with \(flag))")
  }

  @Test func `AWS without any flag, by the client`() async throws {
    let stage = try Stage(answering: deviceService(.token))
    let script = """
      local client = sso.client { region = "us-east-1" }
      print(client:register_client { clientName = "n", clientType = "public" }.clientId)
      """
    #expect(try await stage.output(of: script) == "client-1\n")
    #expect(stage.wire.urls.first == "https://oidc.us-east-1.amazonaws.com/client/register")
  }

  @Test func `a CA file that it may read, judged where it leads, and one of the user's freely`()
    async throws
  {
    var stage = try Stage(answering: deviceService(.token))
    stage.options.permissions.read = ["/home/me/data"]
    stage.disk.link("/home/me/ca.pem", to: "/home/me/data/ca.pem")
    let call = "register_client { clientName = 'n', clientType = 'p' }"
    let own = "sso.client { region = 'us-east-1', ca_bundle = 'ca.pem' }:\(call)"
    #expect(try await stage.run(own).word == "finished")

    var other = try Stage(answering: deviceService(.token))
    other.variables = ["AWS_CA_BUNDLE": "/etc/ca.pem"]
    #expect(try await other.run("sso.client { region = 'us-east-1' }:\(call)").word == "finished")

    #expect(stage.wire.requests.map(\.options.caBundle) == ["/home/me/data/ca.pem"])
    #expect(other.wire.requests.map(\.options.caBundle) == ["/etc/ca.pem"])
  }

  @Test func `and a path is judged where it leads: up, through links, to files yet to be`()
    async throws
  {
    var stage = try Stage()
    stage.options.permissions.read = ["/home/me/data"]
    stage.options.permissions.write = ["/home/me/data"]
    stage.disk["/etc/passwd"] = "root"
    stage.disk["/home/me/data/a"] = "a"
    stage.disk.link("/home/me/data/link", to: "/etc/passwd")
    stage.disk.link("/home/me/data/folder", to: "/etc")
    stage.disk.link("/home/me/short", to: "/home/me/data")
    let script = """
      for _, path in ipairs { "data/../../../etc/passwd", "data/link", "data/folder/new",
        "data/./a", "short/a", "/home/me/data/new" } do
        local ok, err = pcall(io.open, path, "w")
        print(ok, ok or err.message:match("%-%-allow%-write=(.*)%)"))
      end
      """
    #expect(
      try await stage.output(of: script) == """
        false\t/etc/passwd
        false\t/etc/passwd
        false\t/etc/new
        true\ttrue
        true\ttrue
        true\ttrue

        """)
  }

  @Test(arguments: [
    #"https://good.com\\@evil.com/"#, "https://good.com@evil.com/", "https://good.com%2f@evil.com",
    #"https://evil.com\\.good.com/"#, "https://good.com\\n@evil.com/", "https:///good.com/",
    "HTTPS://evil.com/", "https://evil.com:443:1@good.com/", "file:///etc/passwd",
  ])
  func `and no odd address reaches the network`(url: String) async throws {
    var stage = try Stage(answering: { _, _ in .json("{}") })
    stage.options.permissions.net = ["good.com"]
    #expect(try await stage.run("sso.http.get(\"\(url)\")").word.hasPrefix("failed: "))
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `and a refusal is an error in both worlds, as the script asked for it`() async throws {
    let script = """
      local nothing, err = safe.http.get("https://example.com/")
      print(nothing, err.kind)
      print(pcall(sso.http.get, "https://example.com/"))
      """
    #expect(
      try await Stage().output(of: script)
        == "nil\tpermission\nfalse\tsso.http.get: example.com is not permitted "
        + "(run with --allow-net=example.com)\n")
  }
}
