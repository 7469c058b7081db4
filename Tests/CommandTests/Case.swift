//  Case.swift - one folder of Cases: what is run, and what is to come of it.
//
//  `args`: one a line. Optional: `env` (NAME=VALUE), `stdin`, `service` (arguments of a local
//  service), `stdout`, `stderr` (see Pattern; nothing if absent), `exit` (0 if absent),
//  `created/` (files that the run makes). The run happens in a copy of the folder. `{here}`,
//  `{examples}` (in `service`, too) and with a service `{endpoint}`, `{startUrl}`, `{controlUrl}`, `{controlToken}`
//  are replaced in `args`, `env` and in what is expected.

import Foundation
import TestSupport
import Testing

/// A case, by its name.
struct Case: Sendable, CustomTestStringConvertible {
  let name: String
  var testDescription: String { name.replacing("-", with: " ") }

  static let all: [Case] = {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "\(Place.tests)/Cases")
    return (names ?? []).sorted().map(Case.init)
  }()

  private var folder: String { "\(Place.tests)/Cases/\(name)" }
  /// Whether the local service is a part of it.
  var needsService: Bool { text("service") != nil || lines("args").first == "serve" }

  private func text(_ file: String) -> String? {
    FileManager.default.contents(atPath: "\(folder)/\(file)")
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private func lines(_ file: String) -> [String] {
    (text(file) ?? "").split(separator: "\n").map(String.init)
  }

  /// Runs it and compares.
  func check() throws {
    let sandbox = try Sandbox()
    try copyFiles(to: sandbox)
    var values = ["here": sandbox.path, "examples": "\(Place.repository)/examples"]
    let service = try text("service").map { _ in
      try Service(lines("service").map { fill($0, values) }, in: sandbox)
    }
    values.merge(service?.values ?? [:]) { $1 }

    let end = try ChildProcess(settings(sandbox, values)).end()

    #expect(end.status == Int32(lines("exit").first ?? "0"), "\(name): exit status\n\(end.error)")
    compare(end.output, "stdout", values)
    compare(end.error, "stderr", values)
    for file in created { compare(sandbox.read(file) ?? "", "created/\(file)", values) }
  }

  private var created: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/created")) ?? []
  }

  private func copyFiles(to sandbox: Sandbox) throws {
    let files = FileManager.default
    for name in try files.contentsOfDirectory(atPath: folder) where name != "created" {
      let (original, place) = ("\(folder)/\(name)", "\(sandbox.path)/\(name)")
      let type = try files.attributesOfItem(atPath: original)[.type] as? FileAttributeType
      // A copied program that another test's child still has open for writing, from us, would not run.
      if type == .typeRegular, files.isExecutableFile(atPath: original) {
        try files.createSymbolicLink(atPath: place, withDestinationPath: original)
      } else {
        try files.copyItem(atPath: original, toPath: place)
      }
    }
  }

  private func settings(_ sandbox: Sandbox, _ values: [String: String]) -> ChildSettings {
    let pairs = lines("env").map { fill($0, values).split(separator: "=", maxSplits: 1) }
    let environment = Dictionary(
      uniqueKeysWithValues: pairs.map { (String($0[0]), String($0.dropFirst().first ?? "")) })
    var settings = sandbox.settings(
      ["\(Place.programs)/ssoscript"] + lines("args").map { fill($0, values) }, environment)
    if text("stdin") != nil { settings.input = "\(sandbox.path)/stdin" }
    return settings
  }

  private func compare(_ found: String, _ file: String, _ values: [String: String]) {
    let expected = fill(text(file) ?? "", values)
    #expect(
      Pattern(expected).matches(found),
      "\(name): \(file)\n-- expected:\n\(expected)-- found:\n\(found)--")
  }

  private func fill(_ text: String, _ values: [String: String]) -> String {
    values.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
  }
}

@Suite struct `A command` {
  @Test(arguments: Case.all.filter { !$0.needsService })
  func `does what its case says`(_ command: Case) async throws {
    try await onThread { try command.check() }
  }

  #if Server
    @Test(arguments: Case.all.filter(\.needsService))
    func `does at a service what its case says`(_ command: Case) async throws {
      try await onThread { try command.check() }
    }
  #endif
}
