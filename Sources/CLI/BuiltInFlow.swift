//  BuiltInFlow.swift - the Lua scripts in the binary, which a site can print and start from.

import LiveWorld

/// A script that comes with the program.
enum BuiltInFlow: String {
  case login, logout, status, credentials

  /// Its text.
  var source: [UInt8] {
    switch self {
    case .login: PackageResources.login_lua
    case .logout: PackageResources.logout_lua
    case .status: PackageResources.status_lua
    case .credentials: PackageResources.credentials_lua
    }
  }

  /// Writes the script instead of running it.
  func print() {
    Standard.output(
      String(
        decoding: source.last == UInt8(ascii: "\n") ? source.dropLast() : source[...], as: UTF8.self
      ))
  }

  /// Runs it as this process.
  ///
  /// - Parameters:
  ///   - words: Its arguments, as `ssoscript run` would hand them over.
  ///   - settings: What the user said about the run.
  ///   - folder: Where it finds modules.
  func run(_ words: [String], _ settings: RunSettings, modulesIn folder: String? = nil) -> Never {
    let script = Script(
      source: source, chunkName: "=\(rawValue)", path: rawValue,
      directory: folder ?? ThisProcess.canonical("."), arguments: words, isBuiltIn: true)
    script.run(settings)
  }
}
