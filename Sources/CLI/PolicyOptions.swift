//  PolicyOptions.swift - the policies that are in force, and the option that names more.

import ArgumentParser
import LiveWorld
import SSOScript

/// The option that names further policies.
struct PolicyOptions: ParsableArguments {
  @Option(
    name: .customLong("policy"),
    help: ArgumentHelp("A policy beside those that are found; repeatable.", valueName: "file"))
  var files: [String] = []

  /// The policies in force, or the end of the process with a clear word.
  func sources() -> [PolicySource] { Self.sources(files) }

  static func sources(_ files: [String]) -> [PolicySource] {
    let places = PolicyFiles(
      environment: LiveEnvironment(), directory: ThisProcess.canonical("."))
    do throws(DoorError) { return try places.find(named: files) } catch {
      Standard.error("ssoscript: \(error.message)")
      Standard.exit(.configuration)
    }
  }
}
