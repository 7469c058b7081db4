//  EndpointTests.swift - every region against botocore's rule set; custom endpoints.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `An endpoint` {
  @Test func `is where AWS's rules put it, for every region and variant`() throws {
    let rows = try fixture("endpoints")["endpoints"].elements
    #expect(rows.count > 100)

    for row in rows {
      let service = try #require(Service(rawValue: row["service"].text))
      let variants: [(String, Endpoint.Variants)] = [
        ("plain", []), ("fips", .fips), ("dualstack", .dualStack), ("both", [.fips, .dualStack]),
      ]
      for (name, variants) in variants {
        let endpoint = try Endpoint.resolve(
          service, region: row["region"].text, variants: variants)
        #expect(endpoint.url == row[name].text)
      }
    }
  }

  @Test(arguments: [
    "us-east-1/evil", "", "-us", "us-", "123", "a.b", "us east", "us@evil.com", "ü", "a\n",
    String(repeating: "a", count: 64),
  ])
  func `needs a region that is a host label`(region: String) {
    let error = #expect(throws: SSOError.self) { try Endpoint.resolve(.oidc, region: region) }

    #expect(error?.code == .invalidRegion)
    #expect(error?.kind == .validation)
  }

  @Test func `needs a region, unless it is named itself`() throws {
    let error = #expect(throws: SSOError.self) { try Endpoint.resolve(.oidc, region: nil) }

    #expect(error?.code == .invalidRegion)
    #expect(throws: Never.self) {
      try Endpoint.resolve(.oidc, region: nil, custom: "http://localhost:8087")
    }
  }

  @Test(arguments: [
    ("http://h:8087", "http://h:8087/token", "h:8087"),
    ("http://h:8087/", "http://h:8087/token", "h:8087"),
    ("http://h/pre", "http://h/pre/token", "h"), ("http://h/pre//", "http://h/pre/token", "h"),
    ("https://h:443/a/b/", "https://h/a/b/token", "h"),
    ("HTTP://[::1]:80", "http://[::1]/token", "[::1]"),
    ("http://h/pre?x=1", "http://h/pre/token?x=1", "h"), ("http://h?", "http://h/token", "h"),
  ])
  func `named itself keeps its path without a doubled slash`(
    custom: String, url: String, host: String
  ) throws {
    let endpoint = try Endpoint.resolve(.oidc, region: nil, custom: custom)

    #expect(endpoint.url(path: "/token", query: "") == url)
    #expect(endpoint.host == host)
    #expect(endpoint.isCustom)
  }

  @Test func `joins the queries of endpoint, operation and members`() throws {
    let endpoint = try Endpoint.resolve(.oidc, region: nil, custom: "http://h/pre?x=1")

    #expect(
      endpoint.url(path: "/token?aws_iam=t", query: "a=b")
        == "http://h/pre/token?aws_iam=t&x=1&a=b")
  }

  @Test func `named itself takes no notice of variants, as the SDKs`() throws {
    let endpoint = try Endpoint.resolve(
      .oidc, region: "us-east-1", custom: "http://h", variants: [.fips, .dualStack])

    #expect(endpoint.url == "http://h")
    #expect(endpoint.region == "us-east-1")
  }

  @Test(arguments: [
    "ftp://h", "h:8087", "http://", "http://h:0", "http://h:99999", "http://h:x",
    "http://user:pass@h", "http://a b", "http://h\\x", "https:///path", "http://a..b",
    "javascript:alert(1)", "", "http://user:pass@\u{301}h",
  ])
  func `named itself must be an http or https URL`(custom: String) {
    let error = #expect(throws: SSOError.self) {
      try Endpoint.resolve(.oidc, region: "us-east-1", custom: custom)
    }

    #expect(error?.code == .invalidConfiguration)
    #expect(error?.message.contains("pass") == false)
  }

  @Test(arguments: [
    ("http://user:pass@h", #"the endpoint "…@h" has a user name, which none may have"#),
    ("http://user@h/path", #"the endpoint "…@h/path" has a user name, which none may have"#),
    ("http://h:x/a@b", #"the endpoint "…@b" is no http or https URL"#),
    ("http://h:x?a@b", #"the endpoint "…@b" is no http or https URL"#),
    ("user:pass@h", #"the endpoint "…@h" is no http or https URL"#),
    ("ftp://h", #"the endpoint "ftp://h" is no http or https URL"#),
  ])
  func `named itself with a user name is refused for that`(custom: String, message: String) {
    let error = #expect(throws: SSOError.self) {
      try Endpoint.resolve(.oidc, region: nil, custom: custom)
    }
    #expect(error?.message == message)
  }
}

@Suite struct `A URL taken apart` {
  @Test(arguments: [
    ("http://127.0.0.1:8087/", true), ("http://127.9.9.9", true), ("http://localhost", true),
    ("http://x.localhost", true), ("http://[::1]:3/x", true), ("http://127.0.0.1.evil.com", false),
    ("http://localhost.evil.com", false), ("http://evil.com/localhost", false),
    ("http://128.0.0.1", false), ("http://127.0.0.256", false), ("http://127.1", false),
  ])
  func `tells whether it is on this machine`(text: String, isLoopback: Bool) throws {
    #expect(try #require(URLParts(text)).isLoopback == isLoopback)
  }

  @Test func `keeps path, query and fragment`() throws {
    let url = try #require(URLParts("https://x.awsapps.com:444/start/#/device?user_code=A-B"))

    #expect(url.authority == "x.awsapps.com:444")
    #expect(url.path == "/start/")
    #expect(url.query == nil)
    #expect(url.fragment == "/device?user_code=A-B")
  }
}
