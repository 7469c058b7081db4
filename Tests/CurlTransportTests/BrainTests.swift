//  BrainTests.swift - decisions without a network: URLs, proxy variables, masking, the library's name.

import SSOOIDC
import Testing

@testable import CurlTransport

@Suite struct `An origin` {
  @Test(arguments: [
    ("https://oidc.us-east-1.amazonaws.com/token", "oidc.us-east-1.amazonaws.com"),
    ("HTTP://Example.COM:80?x", "example.com"), ("https://example.com:80/", "example.com:80"),
    ("http://[::1]:8080/", "[::1]:8080"), ("http://me:pw@example.com/@", "example.com"),
    ("http://a@b@example.com/", "example.com"), ("https://example.com:443", "example.com"),
    ("http://example.com:/", "example.com"),
  ])
  func `is shown without credentials and usual ports`(url: String, shown: String) {
    #expect(Origin(url)?.description == shown)
  }

  @Test(arguments: [
    "", "example.com", "//example.com/", "file:///etc/passwd", "http:/example.com", "http://",
    "http://:80/", "http://example.com:http/", "http://example.com:65536/", "http://[::1/",
    "http://[::1]x/", "http://example.com/a\r\nb", "http://exa mple.com/", "http://me@/",
  ])
  func `is not found in what is no absolute http URL`(url: String) {
    #expect(Origin(url) == nil)
  }

  @Test(arguments: [
    ("localhost", true), ("LOCALHOST.", true), ("a.localhost", true), ("127.0.0.1", true),
    ("127.1.2.3", true), ("[::1]", true), ("127.0.0.1.example.com", false),
    ("localhost.example.com", false), ("notlocalhost", false), ("128.0.0.1", false),
    ("[::2]", false),
  ])
  func `knows this machine by name`(host: String, isLoopback: Bool) {
    #expect(Origin("http://\(host)/")?.isLoopback == isLoopback)
  }
}

@Suite struct `Proxy rules` {
  private static let cases: [([String: String], String, String?)] = [
    (["http_proxy": "http://p:1"], "http://a/", "http://p:1"),
    (["HTTP_PROXY": "http://p:1"], "http://a/", "http://p:1"),
    (["http_proxy": "http://low:1", "HTTP_PROXY": "http://up:1"], "http://a/", "http://low:1"),
    (
      ["http_proxy": "", "HTTP_PROXY": "http://up:1", "ALL_PROXY": "http://all:1"], "http://a/", nil
    ),
    (["HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"], "http://a/", nil),
    (["http_proxy": "http://p:1"], "https://a/", nil),
    (["https_proxy": "http://p:1"], "https://a/", "http://p:1"),
    (["all_proxy": "socks5h://p:1"], "https://a/", "socks5h://p:1"),
    (["http_proxy": "p:1"], "http://a/", "http://p:1"),
    (["http_proxy": "u:x@p:1/path"], "http://a/", "http://u:x@p:1"), ([:], "http://a/", nil),
    (["http_proxy": "http://p:1"], "http://[::1]:80/", nil),
    (["http_proxy": "http://p:1"], "http://127.9.9.9/", nil),
  ]

  @Test(arguments: cases)
  func `follow the variables`(environment: [String: String], url: String, proxy: String?) throws {
    let origin = try #require(Origin(url))
    #expect(try ProxyRules(environment: { environment[$0] }).proxy(for: origin)?.url == proxy)
  }

  @Test(arguments: [
    ("*", "a.example.com", false), ("example.com", "example.com", false),
    ("example.com", "a.example.com", false), (".example.com", "a.example.com", false),
    (".example.com", "example.com", false), ("example.com", "notexample.com", true),
    ("a.example.com", "example.com", true), ("x.org, example.com", "example.com", false),
    ("EXAMPLE.com", "example.COM", false), ("example.com:80", "example.com", false),
    ("example.com:81", "example.com", true), ("example.com:81", "example.com:81", false),
    ("10.0.0.1", "10.0.0.1", false), ("fe80::1", "[fe80::1]", false),
    ("[fe80::1]:80", "[fe80::1]", false), ("", "example.com", true), (".", "example.com", true),
  ])
  func `obey no_proxy`(exceptions: String, host: String, isProxied: Bool) throws {
    let origin = try #require(Origin("http://\(host)/"))
    for name in ["no_proxy", "NO_PROXY"] {
      let environment = ["http_proxy": "http://p:1", name: exceptions]
      let rules = ProxyRules(environment: { environment[$0] })
      #expect((try rules.proxy(for: origin) != nil) == isProxied)
    }
  }

  @Test func `show a proxy without its credentials`() {
    #expect(Proxy("http://me:secret@proxy.example:3128")?.name == "proxy.example:3128")
    #expect(Proxy("https://me:secret@[fe80::1]")?.name == "[fe80::1]")
  }
}

@Suite struct `Masking` {
  @Test(arguments: [
    (
      "bad http://me:pw@host/x and https://a@b:1",
      "bad http://***:***@host/x and https://***:***@b:1"
    ),
    ("http://me:p@ss@host/", "http://***:***@host/"),
    ("proxy 'me:pw@host'", "proxy '***:***@host'"), ("http://host/a@b", "http://host/a@b"),
    ("no URL", "no URL"), ("://", "://"), ("", ""),
    ("http://\u{301}me:pass\u{301}@host", "http://***:***@host"),
    ("me:pw\u{301}", "***:***\u{301}"),
  ])
  func `hides credentials`(text: String, shown: String) {
    #expect(masked(text, ["me:pw", ""]) == shown)
  }
}

@Suite struct `The library` {
  @Test func `that cannot be loaded is named with the package that brings it`() async {
    // In a process of its own: once the real one is loaded there is nothing left to load.
    await #expect(processExitsWith: .success) {
      let error = #expect(throws: LibraryError.self) { try Library.load("libcurl-absent.so.4") }
      let words = try #require(error?.description)
      #expect(words.contains("libcurl-absent.so.4"))
      #expect(words.contains("install libcurl4 (Debian, Ubuntu)"))
      // A failure is not for ever.
      try Library.load()
    }
  }
}

@Suite struct `A waiting line` {
  @Test func `is first come, first served, and skips who has left`() {
    var line = WaitingLine()
    for name in 1...5 { line.add(Int64(name)) }
    var served: [Int64] = []
    while let name = line.next(where: { $0 != 2 && $0 != 5 }) { served.append(name) }
    line.add(6)
    #expect(served == [1, 3, 4])
    #expect(line.next(where: { _ in true }) == 6)
    #expect(line.next(where: { _ in true }) == nil)
  }
}
