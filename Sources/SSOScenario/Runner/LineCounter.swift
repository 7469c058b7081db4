//  LineCounter.swift - counts lines of the real Lua files that one thread's scenarios run.
//
//  Knows: scripts are known by the names that scenarios give them, modules by their paths.
//  Does not know: how lines are counted (LuaEngine), what the counts mean (LineCoverage).

internal import LuaEngine
internal import Synchronization

/// The lines that run while one file's scenarios do.
final class LineCounter: Sendable {
  private let lua: LuaCoverage
  private let parts: CoverageParts
  /// Canonical paths of scripts and policies.
  private let paths = Mutex<[String: String]>([:])

  /// - Throws: `LuaFailure` when there is no memory for it.
  init(_ parts: CoverageParts) throws(LuaFailure) {
    lua = try LuaCoverage()
    self.parts = parts
  }

  /// For flows and policies, with their modules.
  var ofFlows: LuaCoverage? { parts.contains(.lua) ? lua : nil }
  /// For scenario files, with their helpers.
  var ofScenarios: LuaCoverage? { parts.contains(.specs) ? lua : nil }

  /// Says which file is meant by the name of a script.
  func note(_ name: String, is path: String) { paths.withLock { $0[name] = path } }

  /// What was counted so far; of what is on simulated disks alone, nothing.
  func coverage(_ sources: ScenarioSources) -> LineCoverage {
    let paths = paths.withLock { $0 }
    let here = sources.canonical(".") + "/"
    return LineCoverage(
      lua.files.compactMap { name, hits in
        let path = paths[name] ?? name
        guard (try? sources.read(path)) != nil else { return nil }
        let shown = path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
        return LineCoverage.File(path: shown, hits: hits)
      })
  }
}
