import Testing

@Suite struct `sso.crypto` {
  @Test(arguments: [
    ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
    ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
    ("my-sso", "0ad374308c5a4e22f723adf10145eafad7c4031c"),
  ])
  func `hashes with SHA-1 as FIPS 180-4 and AWS's cache names have it`(
    text: String, hash: String
  ) async throws {
    #expect(try await Stage().output(of: "print(sso.crypto.sha1('\(text)'))") == hash + "\n")
  }

  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  ])
  func `hashes with SHA-256 as FIPS 180-4 has it`(text: String, hash: String) async throws {
    #expect(try await Stage().output(of: "print(sso.crypto.sha256('\(text)'))") == hash + "\n")
  }

  @Test func `hashes bytes that are no text`() async throws {
    let script = #"print(sso.crypto.sha256("\xff\0"))"#
    #expect(
      try await Stage().output(of: script)
        == "ea5dbf9596d187e9500f23e9a680109475341cf4e81f7e043f7d97152c10772f\n")
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"),
    (#"\xfb\xff\xfe"#, "-__-"), (#"\0"#, "AA"),
  ])
  func `writes base64url without padding and reads it back (RFC 4648)`(
    bytes: String, text: String
  ) async throws {
    let script = """
      local text = sso.crypto.base64url_encode("\(bytes)")
      print(text, sso.crypto.base64url_decode(text) == "\(bytes)")
      """
    #expect(try await Stage().output(of: script) == "\(text)\ttrue\n")
  }

  @Test(arguments: ["Zg==", "Zm9+", "Zm9/", "A", "Zh", "Zm 8", "Zmé"])
  func `refuses what base64url_encode never writes`(text: String) async throws {
    let script = """
      local bytes, err = safe.crypto.base64url_decode("\(text)")
      print(bytes, err.code, err.kind, err)
      """
    #expect(
      try await Stage().output(of: script)
        == "nil\tInvalidInput\tvalidation\tsso.crypto.base64url_decode: not base64url\n")
  }

  @Test func `makes the PKCE pair of RFC 7636 appendix B`() async throws {
    var stage = try Stage()
    stage.randomness = [
      116, 24, 223, 180, 151, 153, 224, 37, 79, 250, 96, 125, 216, 173, 187, 186, 22, 212, 37, 77,
      105, 214, 191, 240, 91, 88, 5, 88, 83, 132, 141, 121,
    ]
    let script = "local p = sso.crypto.pkce() print(p.verifier, p.challenge, p.method)"
    #expect(
      try await stage.output(of: script)
        == "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk\t"
        + "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\tS256\n")
  }

  @Test func `takes random bytes from the world`() async throws {
    let script = "print(#sso.crypto.random_bytes(65536), sso.crypto.random_bytes(3):byte(1, -1))"
    #expect(try await Stage().output(of: script) == "65536\t0\t1\t2\n")
  }

  @Test(arguments: ["0", "-1", "65537", "math.maxinteger"])
  func `refuses counts of random bytes that make no sense`(count: String) async throws {
    let failure = try await Stage().failure(of: "sso.crypto.random_bytes(\(count))")
    #expect(failure.message == "sso.crypto.random_bytes: count must be from 1 to 65536")
  }
}
