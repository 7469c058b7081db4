//  ScenarioPaths.swift - which scenario files the user means.

internal import LiveWorld
internal import SSOScript

/// The files below some paths.
struct ScenarioPaths {
  var found: [String] = []
  /// Lines that were named behind a file: `login_spec.lua:12`; of one that is named without, too, all are
  /// meant.
  var lines: [String: Set<Int>] = [:]
  /// Folders that have none.
  var empty: [String] = []
  /// What is wrong with the first path that is of no use.
  var problem: String?
  /// The spelling of each file that was the first, by its canonical path.
  private var spellings: [String: String] = [:]
  /// Files that were named without a line.
  private var whole: Set<String> = []

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
    for file in result.whole { result.lines[file] = nil }
    return result
  }

  /// Lines and folders without a scenario, as an error names them.
  static func words(lines: [String], folders: [String]) -> [String] {
    let lines = lines.joined(separator: ", ")
    let folders = folders.joined(separator: ", ")
    return [
      lines.isEmpty ? nil : "\(lines) (the line of an it or a property)",
      folders.isEmpty ? nil : "\(folders) (no *_spec.lua and no *_test.lua in it)",
    ].compactMap(\.self)
  }

  private mutating func add(_ path: String) throws(DoorError) {
    let ends = ["_spec.lua", "_test.lua"]
    if let files = try ThisProcess.luaFiles(below: path, endingWith: ends) {
      for file in files { whole.insert(take(file)) }
      if files.isEmpty { empty.append(path) }
    } else if ThisProcess.isThere(path) {
      whole.insert(take(path))
    } else if let colon = path.lastIndex(of: ":"), let line = Int(path[colon...].dropFirst()),
      ThisProcess.isThere(String(path[..<colon]))
    {
      lines[take(String(path[..<colon])), default: []].insert(line)
    } else {
      problem = problem ?? "There is no \(path)."
    }
  }

  /// Takes a file once; whether it can be read shows when it is loaded.
  ///
  /// - Returns: How it was spelled first.
  private mutating func take(_ file: String) -> String {
    let place = ThisProcess.canonical(file)
    if let first = spellings[place] { return first }
    spellings[place] = file
    found.append(file)
    return file
  }
}
