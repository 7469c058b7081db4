//  ScenarioPaths.swift - which scenario files the user means.

internal import LiveWorld

/// The files below some paths.
struct ScenarioPaths {
  var found: [String] = []
  /// Lines that were named behind a file: `login_spec.lua:12`.
  var lines: [String: Set<Int>] = [:]
  /// The first path where there is nothing.
  var missing: String?

  /// Files as they are named; below folders those that end in _spec.lua or _test.lua, in order.
  static func find(_ paths: [String]) -> ScenarioPaths {
    var result = ScenarioPaths()
    for path in paths { result.add(path) }
    return result
  }

  private mutating func add(_ path: String) {
    if let files = ThisProcess.luaFiles(below: path) {
      let scenarios = files.filter { $0.hasSuffix("_spec.lua") || $0.hasSuffix("_test.lua") }
      for file in scenarios where !found.contains(file) { found.append(file) }
    } else if Self.isFile(path) {
      if !found.contains(path) { found.append(path) }
    } else if let colon = path.lastIndex(of: ":"), let line = Int(path[colon...].dropFirst()),
      Self.isFile(String(path[..<colon]))
    {
      let file = String(path[..<colon])
      lines[file, default: []].insert(line)
      if !found.contains(file) { found.append(file) }
    } else {
      missing = missing ?? path
    }
  }

  private static func isFile(_ path: String) -> Bool {
    (try? ThisProcess.read(path, limit: 1 << 20)) != nil
  }
}
