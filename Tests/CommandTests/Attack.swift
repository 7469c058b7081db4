//  Attack.swift - one script of Attacks: a hazard of docs/lua-border.md, tried, and what is to come of it.
//
//  The number of the hazard begins the script's name. Its first lines say what is done and expected:
//  `-- expect: exit 7`; optional `-- args: --timeout 1`, `-- stdout: all of it` (with \n and \t),
//  `-- stderr: a part of it`, `-- env: NAME=VALUE`, `-- file: name content` (with \n, \xHH),
//  `-- link: name target`, `-- signal: INT` (or several, once the script has printed "ready").
//  Whatever is attacked, some things never happen: see `checkWhatNeverHappens`.

import Foundation
import TestSupport
import Testing

/// An attack, by its name.
struct Attack: Sendable, CustomTestStringConvertible {
  let name: String
  var testDescription: String { "H\(name.replacing("-", with: " "))" }

  static let folder = "\(Place.tests)/Attacks"
  static let all: [Attack] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
    return (names ?? []).filter { $0.hasSuffix(".lua") }.sorted().map {
      Attack(name: String($0.dropLast(4)))
    }
  }()

  /// Runs it and compares.
  func check() throws {
    let source = try String(contentsOfFile: "\(Self.folder)/\(name).lua", encoding: .utf8)
    let header = AttackHeader(source)
    let sandbox = try Sandbox()
    try sandbox.write("flow.lua", source)
    try header.prepare(sandbox)

    let start = ContinuousClock.now
    let end = try run(header, in: sandbox)
    let duration = ContinuousClock.now - start

    let status = header["expect"].first?.split(separator: " ").last.flatMap { Int32($0) }
    #expect(end.status == status, "\(name): exit status\n\(end.error.prefix(1000))")
    if let output = header["stdout"].first {
      #expect(end.output == AttackHeader.unescaped(output) + "\n", "\(name): stdout")
    }
    for text in header["stderr"] {
      #expect(end.error.contains(text), "\(name): stderr\n\(end.error.prefix(1000))")
    }
    #expect(duration < .seconds(300), "\(name): took \(duration)")
    checkWhatNeverHappens(end, sandbox)
  }

  private func run(_ header: AttackHeader, in sandbox: Sandbox) throws -> ChildEnd {
    let options = header["args"].flatMap { $0.split(separator: " ").map(String.init) }
    let command = ["\(Place.programs)/ssoscript", "run"] + options + ["flow.lua"]
    let process = try ChildProcess(sandbox.settings(command, header.environment))
    if !header["signal"].isEmpty {
      #expect(try process.readLine() == "ready", "\(name): the first line")
    }
    for word in header["signal"].flatMap({ $0.split(separator: " ") }) {
      process.send(signal: word == "TERM" ? SIGTERM : SIGINT)
    }
    return try process.end()
  }

  /// No crash, no code after a stop, no address, no path of this machine, nothing that a terminal
  /// would act on, no flood of words.
  private func checkWhatNeverHappens(_ end: ChildEnd, _ sandbox: Sandbox) {
    #expect(end.status < 256, "\(name): killed by signal \(end.status - 256)")
    #expect(!end.output.contains("ESCAPED"), "\(name): ran on")
    #expect(!end.output.contains(/0x[0-9a-f]{6,}/), "\(name): an address on stdout")
    #expect(!end.error.contains(/0x[0-9a-f]{6,}/), "\(name): an address on stderr")
    #expect(!end.error.contains(sandbox.path), "\(name): an absolute path")
    #expect(end.error.utf8.count < 20_000, "\(name): \(end.error.utf8.count) bytes of stderr")
    #expect(
      !end.error.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" },
      "\(name): control characters on stderr")
  }
}

/// What the first lines of an attack say.
struct AttackHeader {
  private var lines: [String: [String]] = [:]

  init(_ source: String) {
    for line in source.split(separator: "\n") {
      guard line.hasPrefix("--") else { break }
      guard let match = line.wholeMatch(of: /-- ([a-z]+): (.*)/) else { continue }
      lines[String(match.1), default: []].append(String(match.2))
    }
  }

  subscript(name: String) -> [String] { lines[name] ?? [] }

  var environment: [String: String] {
    Dictionary(
      self["env"].map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
        .map { ($0[0], $0.dropFirst().first ?? "") }, uniquingKeysWith: { $1 })
  }

  /// Makes the files and links.
  func prepare(_ sandbox: Sandbox) throws {
    let files = FileManager.default
    for line in self["file"] {
      let (name, content) = Self.halves(line)
      let path = "\(sandbox.path)/\(name)"
      try files.createDirectory(
        at: URL(fileURLWithPath: path).deletingLastPathComponent(),
        withIntermediateDirectories: true)
      try Data(Self.unescaped(content).unicodeScalars.map { UInt8($0.value & 0xFF) })
        .write(to: URL(fileURLWithPath: path))
    }
    for line in self["link"] {
      let (name, target) = Self.halves(line)
      try files.createSymbolicLink(
        atPath: "\(sandbox.path)/\(name)", withDestinationPath: target)
    }
  }

  private static func halves(_ line: String) -> (String, String) {
    let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
    return (parts[0], parts.dropFirst().first ?? "")
  }

  /// `\n`, `\t` and `\xHH` as what they stand for.
  static func unescaped(_ text: String) -> String {
    text.replacing(/\\(?:n|t|x([0-9a-f]{2}))/) { match in
      guard let digits = match.1, let value = UInt8(digits, radix: 16) else {
        return match.0 == "\\n" ? "\n" : "\t"
      }
      return String(Unicode.Scalar(value))
    }
  }
}

@Suite struct `A hostile script` {
  @Test func `has more than a hundred and thirty forms here`() {
    #expect(Attack.all.count >= 130)
  }

  @Test(arguments: Attack.all)
  func `does no harm and is told so`(_ attack: Attack) async throws {
    try await onThread { try attack.check() }
  }
}
