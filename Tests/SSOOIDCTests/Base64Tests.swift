//  Base64Tests.swift - Base64 as addresses carry it.

import Testing

@testable import SSOOIDC

@Suite struct `Base64 for URLs` {
  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    ("\u{7F}~?>", "f34_Pg"),
  ])
  func `has no padding and no slash (RFC 4648 section 10)`(text: String, encoded: String) {
    #expect(Base64URL.encode(Array(text.utf8)) == encoded)
  }
}
