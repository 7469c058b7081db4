//  TestAuthority.swift - certificates made for one test, and a TLS server with them: openssl does it.

import Synchronization

/// The files of one server certificate.
package struct TestCertificate: Sendable {
  package let certificate: String
  package let key: String
  /// Kept as long as the files are needed.
  let folder: TestFolder
}

/// A certificate authority of its own.
package final class TestAuthority: Sendable {
  private let folder: TestFolder
  private let made = Atomic<Int>(0)

  package static var isPossible: Bool {
    guard let process = try? ChildProcess(["openssl", "version"]) else { return false }
    return (try? process.end().status) == 0
  }

  /// The authority's own certificate.
  package var file: String { "\(folder.path)/ca.pem" }

  package init() throws {
    folder = try TestFolder()
    try run(
      "req", "-x509", "-days", "2", "-subj", "/CN=Test CA", "-keyout", "\(folder.path)/ca.key",
      "-out", "\(folder.path)/ca.pem", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
      "-nodes")
  }

  /// A certificate for a name as in `DNS:example.com` or `IP:127.0.0.1`; a negative number of days
  /// makes it expired.
  package func certificate(for name: String, days: Int = 2) throws -> TestCertificate {
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
    let status = try ChildProcess(["openssl"] + arguments).end().status
    guard status == 0 else {
      throw TestSupportError("openssl \(arguments.joined(separator: " "))")
    }
  }
}

/// `openssl s_server` on a free port; it answers every GET with a page.
package final class TLSServer: Sendable {
  package let port: Int
  private let process: Mutex<ChildProcess>
  private let certificate: TestCertificate

  /// - Parameters:
  ///   - certificate: What it shows.
  ///   - text: What it says to the first that comes, before it ends; a page for each GET if nil.
  ///   - options: Of `openssl s_server`.
  /// - Throws: What keeps it from starting.
  package init(
    _ certificate: TestCertificate, saying text: String? = nil, options: [String] = []
  ) throws {
    self.certificate = certificate
    var settings = ChildSettings(
      [
        "openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", certificate.certificate,
        "-key", certificate.key,
      ] + options)
    if let text {
      settings.input = try certificate.folder.write("said", text)
    } else {
      settings.command.append("-www")
    }
    let process = try ChildProcess(settings)
    var number: Int?
    while number == nil {
      guard let line = try process.readLine() else {
        throw TestSupportError("openssl s_server ended")
      }
      if line.hasPrefix("ACCEPT") { number = line.split(separator: ":").last.flatMap { Int($0) } }
    }
    port = number ?? 0
    self.process = Mutex(process)
  }

  package var url: String { "https://127.0.0.1:\(port)/" }
}
