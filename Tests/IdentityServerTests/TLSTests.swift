//  TLSTests.swift - the server's own certificate, good and bad, seen by libcurl.

#if Server
  import CurlTransport
  import EventLoop
  import Foundation
  import SSOOIDC
  import Testing

  @testable import IdentityServer

  /// The status of an answer, or what libcurl says.
  private func fetch(_ url: String, caFile: String) async throws -> String {
    let loop = try EventLoop()
    let thread = try EventLoop.runOnThread(name: "curl") { loop.run() }
    let transport = CurlTransport(
      loop: loop, environment: { _ in nil }, settings: CurlTransport.Settings())
    var request = HTTPRequest(method: "GET", url: url)
    request.options.caBundle = caFile
    let outcome: String
    do throws(TransportError) {
      outcome = String(try await transport.send(request).status)
    } catch {
      outcome = error.message
    }
    loop.stop()
    thread.join()
    return outcome
  }

  @Suite struct `A server with TLS` {
    /// What libcurl makes of a variant: a status, or the kind of failure.
    private func outcome(_ variant: TLSVariant) async throws -> String {
      let found = Box<String>()
      try await withServer {
        $0.tls = variant
      } _: { server in
        let file = try #require(server.announcement.caFile)
        #expect(server.announcement.endpoint.hasPrefix("https://127.0.0.1:"))
        found.value = try await fetch(server.announcement.endpoint + "/healthz", caFile: file)
      }
      return found.value ?? "nothing"
    }

    @Test func `is trusted by whoever trusts its CA`() async throws {
      #expect(try await outcome(.trusted) == "200")
    }

    @Test(arguments: [
      (TLSVariant.expired, "expired"), (.wrongHost, "name"), (.unknownCA, "issuer"),
    ])
    func `is refused when its certificate is bad`(variant: TLSVariant, word: String) async throws {
      let outcome = try await outcome(variant)
      #expect(outcome.contains(word), "\(outcome)")
    }

    @Test func `is trusted under the address that was bound`() async throws {
      let found = Box<String>()
      try await withServer {
        ($0.tls, $0.host) = (.trusted, "127.0.0.9")
      } _: { server in
        let file = try #require(server.announcement.caFile)
        found.value = try await fetch(server.announcement.endpoint + "/healthz", caFile: file)
      }
      #expect(found.value == "200")
    }

    @Test func `leaves no file behind`() async throws {
      let file = Box<String>()
      try await withServer {
        $0.tls = .trusted
      } _: { server in
        file.value = server.announcement.caFile
        #expect(FileManager.default.fileExists(atPath: file.value ?? ""))
      }
      #expect(!FileManager.default.fileExists(atPath: file.value ?? "/"))
    }
  }
#endif
