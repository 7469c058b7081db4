//  ScenarioPaths.swift - which scenario files the user means.

internal import LiveWorld

/// The files below some paths.
struct ScenarioPaths {
  var found: [String] = []
  /// The first path where there is nothing.
  var missing: String?

  /// Files as they are named; below folders those that end in _spec.lua or _test.lua, in order.
  static func find(_ paths: [String]) -> ScenarioPaths {
    var result = ScenarioPaths()
    for path in paths {
      if let files = ThisProcess.luaFiles(below: path) {
        result.found += files.filter { $0.hasSuffix("_spec.lua") || $0.hasSuffix("_test.lua") }
      } else if (try? ThisProcess.read(path, limit: 1 << 20)) != nil {
        result.found.append(path)
      } else {
        result.missing = result.missing ?? path
      }
    }
    return result
  }
}
