//  Version.swift - what this program is made of, for bug reports.

import LiveWorld
import LuaEngine

/// The release, and the libraries that are really loaded.
enum Version {
  static let line = "ssoscript 0.1.0 (\(LuaMachine.release))"

  /// `--version --verbose`, in this order or the other: ArgumentParser would stop at the first.
  static func isReport(_ words: [String]) -> Bool {
    words == ["--version", "--verbose"] || words == ["--verbose", "--version"]
  }

  /// One line for each part.
  static var report: String {
    [
      "ssoscript: 0.1.0",
      "lua: \(LuaMachine.release)",
      "curl: \(ThisProcess.curlVersion ?? "not found")",
      "system: \(ThisProcess.system)",
    ].joined(separator: "\n")
  }
}
