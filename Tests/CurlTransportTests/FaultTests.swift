//  FaultTests.swift - servers that misbehave; ids from the failure catalogue.

import CurlTransport
import EventLoop
import Platform
import SSOOIDC
import TestSupport
import Testing

@Suite struct `A fault` {
  @Test func `N01 an unknown host is named`() async throws {
    // A label of 64 bytes: no resolver may even ask for it.
    let host = String(repeating: "a", count: 64) + ".invalid"
    let error = try await failure(of: .get("http://\(host)/"))
    #expect(error.code == .resolve)
    #expect(error.host == host)
    #expect(error.message.contains(host))
    #expect(error.delivery == .neverSent)
  }

  @Test func `N03 nothing listens`() async throws {
    let port = try TestServer.deadPort()
    let error = try await failure(of: .post("http://127.0.0.1:\(port)/"))
    #expect(error.code == .connect)
    #expect(error.host == "127.0.0.1:\(port)")
    #expect(error.delivery == .neverSent)
  }

  @Test func `N05 the connection is never accepted`() async throws {
    // A full backlog: the kernel drops further SYNs.
    let (listener, port) = try listen(backlog: 0)
    let fillers = try (0..<4).map { _ in try connectWithoutWaiting(port) }
    defer { (fillers + [listener]).forEach(closeSocket) }

    let error = try await failure(
      of: .get("http://127.0.0.1:\(port)/").with { $0.connectTimeout = .milliseconds(50) })

    #expect(error.code == .timeout)
    #expect(error.delivery == .neverSent)
  }

  @Test func `N06 no reply within the total time`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.waitForClose()
    }
    let error = try await failure(
      of: .post(server.url).with { $0.timeout = .milliseconds(100) })
    #expect(error.code == .timeout)
    #expect(error.delivery == .maybeReceived)
  }

  @Test func `N08 a reset after the request`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.reset()
    }
    let error = try await failure(of: .post(server.url))
    #expect(error.code == .incomplete)
    #expect(error.delivery == .maybeReceived)
  }

  @Test func `N08 a close without a word`() async throws {
    let server = try TestServer { _ = $0.readRequest() }
    let error = try await failure(of: .post(server.url))
    #expect(error.code == .incomplete)
    #expect(error.delivery == .maybeReceived)
  }

  @Test(arguments: [
    ("N11 less than Content-Length", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access"),
    ("N12 cut in mid-chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"acc"),
    ("N12 no last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"),
    ("cut in mid-head", "HTTP/1.1 200 OK\r\nContent-Le"),
    ("cut before the blank line", "HTTP/1.1 200 OK\r\nX-A: b\r\n"),
    ("cut after an interim response", "HTTP/1.1 100 Continue\r\n\r\n"),
  ])
  func `makes a cut response incomplete`(name: String, bytes: String) async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.send(bytes)
    }
    let result = try await fetch(.post(server.url))
    guard case .failure(let error) = result else {
      Issue.record("\(name): \(result)")
      return
    }
    #expect(error.code == .incomplete, "\(name): \(error)")
    #expect(error.delivery == .maybeReceived)
  }

  @Test func `N13 a trickle is too slow`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx")
      connection.waitForClose()
    }
    var settings = CurlTransport.Settings()
    settings.stallTime = .seconds(1)

    let error = try await failure(of: .post(server.url), settings: settings)

    #expect(error.code == .timeout)
    #expect(error.message.contains("too slow"))
    #expect(error.delivery == .maybeReceived)
  }

  @Test func `H20 a huge body is stopped at the limit`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(64 << 20)\r\n\r\n")
      let chunk = [UInt8](repeating: 120, count: 1 << 20)
      for _ in 0..<64 where !connection.send(chunk) { return }
    }
    let error = try await failure(of: .post(server.url))
    #expect(error.code == .tooLarge)
    #expect(error.message == "the body is larger than 1048576 bytes")
    #expect(error.delivery == .maybeReceived)
  }

  @Test(arguments: [(0, 0, true), (0, 1, false), (5, 5, true), (5, 6, false)])
  func `H20 a body of exactly the limit is let through`(limit: Int, size: Int, passes: Bool)
    async throws
  {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.answer("200 OK", String(repeating: "x", count: size))
    }
    let result = try await fetch(.get(server.url).with { $0.maximumBodySize = limit })
    #expect(((try? result.get()) != nil) == passes, "\(result)")
  }

  @Test func `H21 a gzip bomb is measured in decoded bytes`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      let body = gzipOfZeros(blocks: 64)
      connection.send(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n")
      connection.send(body)
    }
    let small = try await failure(of: .get(server.url).with { $0.maximumBodySize = 10_000 })
    let large = try await fetch(.get(server.url).with { $0.maximumBodySize = 64 * 258 }).get()
    #expect(small.code == .tooLarge)
    #expect(large.body == [UInt8](repeating: 0, count: 64 * 258))
  }

  @Test(arguments: [70, 110, 400])
  func `H22 a long header line is refused by name, be it longer than what libcurl takes`(
    kibibytes: Int
  ) async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      let long = String(repeating: "x", count: kibibytes << 10)
      connection.answer(headers: "X-Long: \(long)\r\n")
    }
    let error = try await failure(of: .get(server.url))
    #expect(error.code == .tooLarge)
    #expect(error.message == "a header line is longer than 16384 bytes")
  }

  @Test func `H22 forty header lines of 10 kB are refused by their size together`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      let long = String(repeating: "x", count: 10_000)
      connection.answer(headers: (0..<40).map { "X-\($0): \(long)\r\n" }.joined())
    }
    let error = try await failure(of: .get(server.url))
    #expect(error.code == .tooLarge)
    #expect(error.message == "the header lines together are longer than 307200 bytes")
    #expect(error.delivery == .maybeReceived)
  }

  @Test func `a lack of descriptors is told of the request that it stopped, and of no later one`()
    async
  {
    // In a process of its own: descriptors are the whole process's.
    await #expect(processExitsWith: .success) {
      let server = try TestServer { connection in
        while connection.readRequest() != nil { connection.answer() }
      }
      let dead = "http://127.0.0.1:\(try TestServer.deadPort())/"
      try await withTransport { transport, _ in
        // Loads libcurl and makes what it needs for itself.
        _ = try await transport.send(.get(server.url))
        var limit = rlimit()
        #expect(unsafe getrlimit(openFiles, &limit) == 0)
        var none = rlimit(rlim_cur: 0, rlim_max: limit.rlim_max)
        #expect(unsafe setrlimit(openFiles, &none) == 0)
        let lack = await transport.error(of: .get(dead))
        #expect(unsafe setrlimit(openFiles, &limit) == 0)
        let refusal = await transport.error(of: .get(dead))
        #expect(lack?.code == .other, "\(lack?.message ?? "")")
        #expect(refusal?.code == .connect, "\(refusal?.message ?? "")")
      }
    }
  }

  @Test(arguments: [(3, true), (2, false)])
  func `H22 header lines are taken up to their limit`(limit: Int, fits: Bool) async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      // With the length there are three.
      connection.answer(headers: "X-A: 1\r\nX-B: 2\r\n")
    }
    let result = try await fetch(.get(server.url).with { $0.maximumHeaderCount = limit })
    switch result {
    case .success(let response): #expect(fits && response.headers["X-B"] == "2")
    case .failure(let error): #expect(!fits && error.code == .tooLarge)
    }
  }

  @Test func `H22 two hundred header lines are refused by number`() async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.answer(headers: (0..<200).map { "X-\($0): x\r\n" }.joined())
    }
    let error = try await failure(of: .get(server.url))
    #expect(error.code == .tooLarge)
    #expect(error.message == "there are more than 100 header lines")
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH_9.2\r\n", "\u{16}\u{3}\u{1}\0\u{5}hello",
    "220 mail.example ESMTP\r\n",
  ])
  func `that is an answer in another protocol is told as that`(bytes: String) async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.send(bytes)
    }
    let error = try await failure(of: .get(server.url))
    #expect(error.code == .badAnswer)
    #expect(error.message == "the answer is not HTTP; is this the right port?")
    #expect(error.delivery == .maybeReceived)
  }

  @Test(arguments: [
    " abc\r\n\r\n", " 99999 OK\r\n\r\n{}",
    " 200 OK\r\nContent-Encoding: rot13\r\nContent-Length: 2\r\n\r\n{}",
    " 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n{\"clientId\":\"client\"}",
    " 200 OK\r\nContent-Encoding: deflate\r\nContent-Length: 20\r\n\r\n{\"clientId\":\"client\"}",
    " 200 OK\r\nno colon\r\nContent-Length: 2\r\n\r\n{}", " 200 OK\r\nContent-Length: -5\r\n\r\n{}",
  ])
  func `that makes an answer unreadable does not pass`(rest: String) async throws {
    let server = try TestServer { connection in
      _ = connection.readRequest()
      connection.send("HTTP/1.1" + rest)
    }
    let error = try await failure(of: .post(server.url))
    #expect(error.code == .badAnswer, "\(error.message)")
    #expect(error.delivery == .maybeReceived)
  }

  @Test(arguments: [
    ("ftp://127.0.0.1/", "not an absolute http or https URL"), ("/token", "not an absolute"),
    ("http:///x", "not an absolute"), ("http://a b/", "not an absolute"), ("", "not an absolute"),
  ])
  func `in the URL is told before anything is sent`(url: String, words: String) async throws {
    let error = try await failure(of: .get(url))
    #expect(error.code == .invalidRequest)
    #expect(error.message.contains(words))
    #expect(error.delivery == .neverSent)
  }

  @Test(arguments: [
    ("X-A", "b\r\nX-Smuggled: 1"), ("X-A", "b\n"), ("X-A", "b\0c"), ("X A", "b"), ("", "b"),
    ("X-A:", "b"), ("X\r\nY", "b"),
  ])
  func `in a header is told before anything is sent`(name: String, value: String) async throws {
    let log = Log<Int>()
    let server = try TestServer { log.add($0.number) }
    var request = HTTPRequest.get(server.url)
    request.headers.append(name, value)

    let error = try await failure(of: request)

    #expect(error.code == .invalidRequest)
    #expect(!error.message.contains("Smuggled"))
    #expect(log.all == [])
  }
}

/// Deflate by hand: one literal 0, then copies of 258 bytes at distance 1; stored as fixed Huffman.
private func gzipOfZeros(blocks: Int) -> [UInt8] {
  var bits: [Bool] = [true, true, false]  // last block, fixed Huffman codes
  func literal(_ code: Int, _ width: Int) {
    for bit in stride(from: width - 1, through: 0, by: -1) { bits.append(code >> bit & 1 == 1) }
  }
  literal(0b0011_0000, 8)  // the byte 0
  for _ in 0..<(blocks - 1) {
    literal(0b1100_0101, 8)  // length 258
    literal(0, 5)  // distance 1
  }
  for _ in 0..<257 { literal(0b0011_0000, 8) }
  literal(0, 7)  // end of block
  var bytes: [UInt8] = [31, 139, 8, 0, 0, 0, 0, 0, 0, 3]
  for start in stride(from: 0, to: bits.count, by: 8) {
    var byte: UInt8 = 0
    for offset in 0..<8 where start + offset < bits.count && bits[start + offset] {
      byte |= 1 << UInt8(offset)
    }
    bytes.append(byte)
  }
  let size = UInt32(blocks * 258)
  for value in [crc32(ofZeros: Int(size)), size] {
    for shift in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift))) }
  }
  return bytes
}

private func crc32(ofZeros count: Int) -> UInt32 {
  var value: UInt32 = 0xFFFF_FFFF
  for _ in 0..<(count * 8) { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  return ~value
}

#if canImport(Glibc)
  private let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
  private let openFiles = RLIMIT_NOFILE
#endif
