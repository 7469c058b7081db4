//  TLSTests.swift - certificates, with real handshakes.

import CurlTransport
import EventLoop
import Platform
import SSOOIDC
import TestSupport
import Testing

@Suite(.enabled(if: TestAuthority.isPossible, "needs the openssl command")) struct `TLS` {
  @Test func `accepts a certificate of the CA file`() async throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority.certificate(for: "IP:127.0.0.1"))
    let response = try await fetch(.get(server.url).with { $0.caBundle = authority.file }).get()
    #expect(response.status == 200)
  }

  @Test func `T01 refuses an expired certificate`() async throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority.certificate(for: "IP:127.0.0.1", days: -1))
    let error = try await failure(of: .post(server.url).with { $0.caBundle = authority.file })
    #expect(error.code == .tls)
    #expect(error.message.contains("expired"))
    #expect(error.delivery == .neverSent)
  }

  @Test func `T02 refuses an unknown CA, and the CA file replaces the system's`() async throws {
    let (authority, other) = (try TestAuthority(), try TestAuthority())
    let server = try TLSServer(authority.certificate(for: "IP:127.0.0.1"))
    for file in [nil, other.file] {
      let error = try await failure(of: .post(server.url).with { $0.caBundle = file })
      #expect(error.code == .tls)
      #expect(error.host == "127.0.0.1:\(server.port)")
      #expect(error.delivery == .neverSent)
    }
  }

  @Test func `a trusted connection is not used by a request that does not trust it`() async throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority.certificate(for: "IP:127.0.0.1"))
    let suspicious = HTTPRequest.get(server.url)
    let trusting = suspicious.with { $0.caBundle = authority.file }
    try await withTransport { transport, _ in
      let before = try await transport.send(trusting)
      let error = await transport.error(of: suspicious)
      let after = try await transport.send(trusting)

      #expect(before.status == 200)
      #expect(error?.code == .tls)
      #expect(after.status == 200)
    }
  }

  @Test func `T03 refuses a certificate for another host`() async throws {
    let authority = try TestAuthority()
    let server = try TLSServer(authority.certificate(for: "DNS:other.example"))
    let error = try await failure(of: .post(server.url).with { $0.caBundle = authority.file })
    #expect(error.code == .tls)
    #expect(error.message.contains("127.0.0.1"))
    #expect(error.delivery == .neverSent)
  }

  @Test func `T04 refuses TLS 1.1`() async throws {
    let authority = try TestAuthority()
    let server = try TLSServer(
      authority.certificate(for: "IP:127.0.0.1"),
      options: ["-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0"])
    let error = try await failure(of: .post(server.url).with { $0.caBundle = authority.file })
    #expect(error.code == .tls)
    #expect(error.delivery == .neverSent)
  }

  @Test func `H35 of a service that goes away in mid-stream the answer is incomplete`()
    async throws
  {
    let authority = try TestAuthority()
    // HTTP/2 frames: SETTINGS, then GOAWAY with no stream done.
    let frames =
      "\0\0\0\u{4}\0\0\0\0\0" + "\0\0\u{8}\u{7}\0\0\0\0\0" + String(repeating: "\0", count: 8)
    let server = try TLSServer(
      authority.certificate(for: "IP:127.0.0.1"), saying: frames, options: ["-alpn", "h2"])
    let error = try await failure(of: .post(server.url).with { $0.caBundle = authority.file })
    // Whether the request went before the service did is for the network to say.
    #expect(error.code == .incomplete, "\(error.message)")
  }

  @Test func `T05 a handshake that stalls is a timeout`() async throws {
    let server = try TestServer { $0.waitForClose() }
    let error = try await failure(
      of: .post("https://127.0.0.1:\(server.port)/").with { $0.connectTimeout = .milliseconds(100) }
    )
    #expect(error.code == .timeout)
    #expect(error.delivery == .neverSent)
  }

  @Test func `a plain server under an https URL is a TLS error`() async throws {
    let server = try TestServer { $0.answer() }
    let error = try await failure(of: .post("https://127.0.0.1:\(server.port)/"))
    #expect(error.code == .tls)
    #expect(error.delivery == .neverSent)
  }

  @Test func `T06 a CA file that cannot be used is named before anything is sent`() async throws {
    let folder = try TestFolder()
    let log = Log<Int>()
    let server = try TestServer { log.add($0.number) }
    let pipe = "\(folder.path)/pipe.pem"
    #expect(unsafe mkfifo(pipe, 0o600) == 0)
    let cases = [
      (pipe, "not a file"), ("\(folder.path)/missing.pem", "No such file"),
      (try folder.write("empty.pem", ""), "empty"), (folder.path, "not a file"),
      ("", "name is empty"),
    ]
    for (file, words) in cases {
      let error = try await failure(of: .get(server.url).with { $0.caBundle = file })
      #expect(error.code == .invalidRequest)
      #expect(error.message.contains("\"\(file)\""))
      #expect(error.message.contains(words))
      #expect(error.delivery == .neverSent)
    }
    #expect(log.all == [])
  }

  @Test func `T06 a CA file that cannot be used is named after one that could`() async throws {
    let folder = try TestFolder()
    let good = try folder.write("good.pem", "x")
    let server = try TestServer { connection in
      while connection.readRequest() != nil { connection.answer() }
    }
    try await withTransport { transport, _ in
      let first = try await transport.send(.get(server.url).with { $0.caBundle = good })
      #expect(first.status == 200)
      let error = await transport.error(
        of: .get(server.url).with { $0.caBundle = "\(good).gone" })
      #expect(error?.code == .invalidRequest)
      #expect(error?.message.contains("\(good).gone") == true)
    }
  }

  @Test func `T06 a CA file without a certificate is told, too`() async throws {
    let folder = try TestFolder()
    let file = try folder.write("text.pem", "not a certificate\n")
    let server = try TestServer { $0.waitForClose() }
    let error = try await failure(
      of: .get("https://127.0.0.1:\(server.port)/").with { $0.caBundle = file })
    #expect(error.code == .invalidRequest)
    #expect(error.message.contains(file))
    #expect(error.delivery == .neverSent)
  }
}
