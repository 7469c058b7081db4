//  TestAuthority.swift - certificates made for one test, and a TLS server with them: openssl does it.

import Synchronization
import Testing

/// The files of one server certificate.
struct TestCertificate: Sendable {
  let certificate: String
  let key: String
  /// Kept as long as the files are needed.
  let folder: TestFolder
}

/// A certificate authority of its own.
final class TestAuthority: Sendable {
  private let folder: TestFolder
  private let made = Atomic<Int>(0)

  static var isPossible: Bool {
    guard let process = try? ChildProcess(["openssl", "version"]) else { return false }
    return process.wait() == 0
  }

  /// The authority's own certificate.
  var file: String { "\(folder.path)/ca.pem" }

  init() throws {
    folder = try TestFolder()
    try run(
      "req", "-x509", "-days", "2", "-subj", "/CN=Test CA", "-keyout", "\(folder.path)/ca.key",
      "-out", "\(folder.path)/ca.pem", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
      "-nodes")
  }

  /// A certificate for a name as in `DNS:example.com` or `IP:127.0.0.1`; a negative number of days
  /// makes it expired.
  func certificate(for name: String, days: Int = 2) throws -> TestCertificate {
    let base = "\(folder.path)/\(made.add(1, ordering: .relaxed).newValue)"
    let names = try folder.write("names", "subjectAltName=\(name)")
    try run(
      "req", "-subj", "/CN=leaf", "-keyout", "\(base).key", "-out", "\(base).csr", "-newkey", "ec",
      "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    try run(
      "x509", "-req", "-in", "\(base).csr", "-CA", file, "-CAkey", "\(folder.path)/ca.key",
      "-CAcreateserial", "-days", "\(days)", "-extfile", names, "-out", "\(base).pem")
    return TestCertificate(certificate: "\(base).pem", key: "\(base).key", folder: folder)
  }

  private func run(_ arguments: String...) throws {
    let status = try ChildProcess(["openssl"] + arguments).wait()
    try #require(status == 0, "openssl \(arguments.joined(separator: " "))")
  }
}

/// `openssl s_server` on a free port; it answers every GET with a page.
final class TLSServer: Sendable {
  let port: Int
  private let process: ChildProcess
  private let certificate: TestCertificate

  init(_ certificate: TestCertificate, options: [String] = []) throws {
    self.certificate = certificate
    process = try ChildProcess(
      [
        "openssl", "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate.certificate,
        "-key", certificate.key,
      ] + options)
    var number: Int?
    while number == nil {
      let line = try #require(process.readLine(), "openssl s_server ended")
      if line.hasPrefix("ACCEPT") { number = line.split(separator: ":").last.flatMap { Int($0) } }
    }
    port = try #require(number)
  }

  deinit { process.kill() }

  var url: String { "https://127.0.0.1:\(port)/" }
}
