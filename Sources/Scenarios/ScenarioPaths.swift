//  ScenarioPaths.swift - which scenario files the user means.

internal import LiveWorld
internal import SSOScript

/// The files below some paths.
struct ScenarioPaths {
  var found: [String] = []
  /// Lines that were named behind a file: `login_spec.lua:12`.
  var lines: [String: Set<Int>] = [:]
  /// What is wrong with the first path that is of no use.
  var problem: String?

  /// Files as they are named; below folders those that end in _spec.lua or _test.lua, in order.
  static func find(_ paths: [String]) -> ScenarioPaths {
    var result = ScenarioPaths()
    for path in paths {
      do throws(DoorError) {
        try result.add(path)
      } catch {
        result.problem = result.problem ?? "\(error.message)."
      }
    }
    return result
  }

  private mutating func add(_ path: String) throws(DoorError) {
    if let files = try ThisProcess.luaFiles(below: path) {
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
      problem = problem ?? "There is no \(path)."
    }
  }

  private static func isFile(_ path: String) -> Bool {
    (try? ThisProcess.read(path, limit: 1 << 20)) != nil
  }
}
