//  TestAuthority.swift - certificates made for one test, and a TLS server with them: openssl does it.

import EventLoop
import Foundation
import Synchronization
import Testing

/// A folder that goes with the test.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "curl-transport-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a new file.
  func write(_ name: String, _ text: String) -> String {
    _ = FileManager.default.createFile(atPath: "\(path)/\(name)", contents: Data(text.utf8))
    return "\(path)/\(name)"
  }
}

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

  static var openssl: String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/openssl" }
      .first(where: FileManager.default.isExecutableFile(atPath:))
  }

  static var isPossible: Bool { openssl != nil }

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
    let names = folder.write("names", "subjectAltName=\(name)")
    try run(
      "req", "-subj", "/CN=leaf", "-keyout", "\(base).key", "-out", "\(base).csr", "-newkey", "ec",
      "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")
    try run(
      "x509", "-req", "-in", "\(base).csr", "-CA", file, "-CAkey", "\(folder.path)/ca.key",
      "-CAcreateserial", "-days", "\(days)", "-extfile", names, "-out", "\(base).pem")
    return TestCertificate(certificate: "\(base).pem", key: "\(base).key", folder: folder)
  }

  private func run(_ arguments: String...) throws {
    let process = try openSSL(arguments, output: FileHandle.nullDevice)
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "openssl \(arguments.joined(separator: " "))")
  }
}

private func openSSL(_ arguments: [String], output: Any) throws -> Process {
  let process = Process()
  process.executableURL = URL(filePath: try #require(TestAuthority.openssl))
  process.arguments = arguments
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = output
  process.standardError = FileHandle.nullDevice
  try process.run()
  return process
}

/// `openssl s_server` on a free port; it answers every GET with a page.
final class TLSServer {
  let port: Int
  private let process: Process
  private let certificate: TestCertificate

  init(_ certificate: TestCertificate, options: [String] = []) throws {
    self.certificate = certificate
    let pipe = Pipe()
    process = try openSSL(
      [
        "s_server", "-accept", "127.0.0.1:0", "-www", "-cert", certificate.certificate, "-key",
        certificate.key,
      ] + options, output: pipe)
    var text = ""
    while !text.contains("ACCEPT") || !text.hasSuffix("\n") {
      let data = pipe.fileHandleForReading.availableData
      try #require(!data.isEmpty, "openssl s_server ended: \(text)")
      text += String(decoding: data, as: UTF8.self)
    }
    let number = text.split(whereSeparator: \.isNewline).last { $0.hasPrefix("ACCEPT") }
    port = try #require(number?.split(separator: ":").last.flatMap { Int($0) })
  }

  deinit {
    // Not SIGTERM: children inherit the signal mask of the test's thread, which blocks that.
    killProcess(process.processIdentifier)
    process.waitUntilExit()
  }

  var url: String { "https://127.0.0.1:\(port)/" }
}
