import SSOOIDC
import SSOScript
import Testing

@Suite struct `A text without its secrets` {
  private let secrets = SecretKeeper()
  private static let secret = #"tok+en/"q" \ü\1"#

  init() {
    secrets.remember(Self.secret)
    secrets.remember("access-token-1")
    secrets.remember("access-token-1-and-more")
  }

  @Test(arguments: [
    ("", ""), ("nothing", "nothing"), ("access-token-1", "<secret>"),
    ("a access-token-1 b access-token-1", "a <secret> b <secret>"),
    ("access-token-1access-token-1", "<secret><secret>"),
    ("access-token-1-and-more", "<secret>"), ("xaccess-token-1y", "x<secret>y"),
    ("access-token-2", "access-token-2"), ("access-tok", "<secret>"),
    ("access-tok ", "access-tok "),
    ("access-tok…", "<secret>…"), ("access-tok... more", "<secret>... more"),
    ("access-tok\nmore", "<secret>\nmore"), ("access-tok\r\n", "<secret>\r\n"),
    ("access-tok\r100 %", "<secret>\r100 %"), ("access-tok\tmore", "access-tok\tmore"),
    (#"access-tok\nmore"#, #"<secret>\nmore"#), ("access-\n", "access-\n"),
    ("access-", "access-"),
    ("ü access-token-1 ü", "ü <secret> ü"),
  ])
  func `has a mask where one stood, whole or cut off`(text: String, redacted: String) {
    #expect(secrets.redact(text) == redacted)
  }

  @Test func `has a mask for each of many that begin alike, and for the longest of them`() {
    let tokens = (0..<300).map {
      "aoaAAAAA-\($0 * 7919 % 300)-" + String(repeating: "x", count: $0 % 5)
    }
    for token in tokens { secrets.remember(token) }
    #expect(
      secrets.redact(tokens.map { "\($0)|" }.joined()) == String(repeating: "<secret>|", count: 300)
    )
    #expect(
      secrets.redact("aoaAAAAA-1\n aoaAAAAA-12… aoaAAAAA!") == "<secret>\n <secret>… aoaAAAAA!")
  }

  @Test func `is cut off where it goes on otherwise, and not where its own lines end`() {
    secrets.remember("-----BEGIN KEY-----\nfirst\nlast")
    secrets.remember("-----BEGIN KEY-----and more")
    secrets.remember("-----BEGIN KEYS")
    #expect(secrets.redact("-----BEGIN KEYS\nother") == "<secret>\nother")
    #expect(secrets.redact("-----BEGIN KEY-----\nfi\n") == "<secret>\n")
    #expect(secrets.redact("-----BEGIN KEY-----\nother") == "<secret>\nother")
  }

  @Test func `is not taken for cut off at the end of a line that it has itself`() {
    secrets.remember("-----BEGIN PRIVATE KEY-----\nMIIE")
    let other = "-----BEGIN PRIVATE KEY-----\nXYZ"
    #expect(secrets.redact(other) == other)
  }

  @Test(arguments: [("x", "y"), ("xy", "z"), ("xyxxy", "xyxz")])
  func `has masks where the beginning of a long one comes again and again`(
    part: String, end: String
  ) {
    let secret = String(repeating: part, count: 4_000 / part.utf8.count) + end
    secrets.remember(secret)
    let text = String(repeating: part, count: 20_000 / part.utf8.count)
    #expect(secrets.redact(text + "!!!" + secret + "!").hasSuffix("!!!<secret>!"))
    #expect(
      secrets.redact("\(part)\(secret)\(secret)!\(secret.dropLast())?").hasPrefix(
        "\(part)<secret><secret>!\(part)"))
  }

  @Test(arguments: [
    ("as it is", Self.secret), ("JSON", #"tok+en\/\"q\" \\\u00fc\\1"#),
    ("JSON of other writers", #"tok\u002Ben/\u0022q\u0022 \u005C\u00FC\u005c1"#),
    ("Lua", #"tok+en/\"q\" \\\195\188\\1"#), ("a log", #"tok+en/\x22q\x22 \x5c\u{fc}\x5C1"#),
    ("URL", "tok%2Ben%2F%22q%22%20%5C%C3%BC%5C1"),
    ("URL in lower case", "tok%2ben/%22q%22 %5c%c3%bc%5c1"),
    ("base64", "dG9rK2VuLyJxIiBcw7xcMQ=="), ("base64 of an URL", "dG9rK2VuLyJxIiBcw7xcMQ"),
    ("JSON in JSON", #"tok+en\\/\\\"q\\\" \\\\\\u00fc\\\\1"#),
    ("JSON in JSON in JSON", #"tok\\\\u002ben/\\\\u0022q\\\\u0022 \\\\u005c\\\\u00fc\\\\u005c1"#),
    ("URL in a URL", "tok%252Ben%252F%2522q%2522%2520%255C%25C3%25BC%255C1"),
    ("JSON in a URL", "tok+en%5C/%5C%22q%5C%22%20%5C%5C%5Cu00fc%5C%5C1"),
    ("URL in JSON", #"tok\u00252Ben\u00252F\u002522q\u002522\u002520\u00255C%C3%BC%5C1"#),
    ("base64 in JSON", #"bWU6dG9rK2VuLyJxIiBc\u0077\u0037xcMQ=="#),
    ("Basic", "bWU6dG9rK2VuLyJxIiBcw7xcMQ=="), ("Basic, shifted", "bTp0b2srZW4vInEiIFzDvFwx"),
  ])
  func `has a mask also where it stood in other clothes`(_: String, form: String) {
    let redacted = secrets.redact("before [\(form)] after")
    #expect(redacted == "before [<secret>] after")
  }

  @Test(arguments: 0..<12) func `is found in base64 wherever it begins`(start: Int) {
    let keeper = SecretKeeper()
    keeper.remember("secret-1")
    let text = String(repeating: "x", count: start) + "secret-1" + "xyz"
    // Letters in front of it move the groups: "Bearer" has six, and belongs to the run.
    for lead in ["", "A", "AB", "ABC", "Bearer_"] {
      let coded = lead + Base64.encode(Array(text.utf8))
      #expect(keeper.redact("a \(coded) b") == "a <secret> b", "\(coded)")
    }
    #expect(keeper.redact("a c2VjcmV0LTI b") == "a c2VjcmV0LTI b")
  }

  @Test(arguments: [
    ["AAAA1234BBBBBBBB", "BBBBBBBBCCCCDDDDEEEE"], ["AAAA", "AAAA1234BBBBBBBBCCCCDDDDEEEE"],
    ["34BBBB", "AAAA1234BBBBBBBBCCCCDDDDEEEE"], ["AAAA1234BBBBBBBBCC", "CCCDD", "DDDDEEEE"],
    ["BBBBBBBB", "AAAA1234BBBBBBBBCCCCDDDDEEEE", "1234BBBB"],
  ])
  func `shows nothing of a secret that overlaps with another`(overlapping: [String]) {
    let keeper = SecretKeeper()
    for secret in overlapping { keeper.rememberTyped(secret) }
    #expect(keeper.redact("x AAAA1234BBBBBBBBCCCCDDDDEEEE y") == "x <secret> y")
  }

  @Test(arguments: [
    ("corp", "Y29ycA=="), ("corp", "bWU6Y29ycA=="), ("corpo", "Y29ycG8"), ("corpo", "x-Y29ycG8-y"),
  ])
  func `has no short password in base64 either`(password: String, coded: String) {
    let keeper = SecretKeeper()
    keeper.rememberTyped(password)
    #expect(keeper.redact("basic \(coded) and Y29yc2") == "basic <secret> and Y29yc2")
  }

  @Test func `keeps what is escaped and no secret`() {
    for text in [
      #"{"a":"\u00fc\n","b":"c\\d"}"#, "50%", "%", "%zz", "100%25", #"\"#, #"\u"#, #"\u{"#,
      #"\ud800"#,
      "aGVsbG8gd29ybGQ=", "----------", "////////////",
    ] { #expect(secrets.redact(text) == text) }
  }

  @Test func `learns by names up to a bound, and always what a run was given in confidence`() {
    let secrets = SecretKeeper(foundLimit: 2000)
    for number in 100..<200 { secrets.rememberFound("found-secret-\(number)") }
    secrets.remember("client-secret-1")
    secrets.rememberTyped("hunter2")
    #expect(
      secrets.redact("found-secret-100 found-secret-199 client-secret-1 hunter2")
        == "<secret> found-secret-199 <secret> <secret>")
  }

  @Test func `is learnt from a form although the same text came before as something else`() {
    let secrets = SecretKeeper()
    for type in ["text/plain", "application/x-www-form-urlencoded"] {
      secrets.remember(
        HTTPRequest(
          method: "POST", url: "https://h/", headers: ["Content-Type": type],
          body: Array("access_token=hush-hush-hush".utf8)))
    }
    #expect(secrets.redact("hush-hush-hush") == "<secret>")
  }

  @Test func `remembers no text that is too short to be one`() {
    secrets.remember("seven77")
    #expect(secrets.redact("seven77") == "seven77")
  }
}
