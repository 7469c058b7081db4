//  TemplateFile.swift - the file of `credentials --template` as a module.

import ArgumentParser
import LiveWorld
import SSOScript

enum TemplateFile {
  /// Refuses what is there and no module: of a folder that would be the file beside it, or its init.lua.
  static func check(_ path: String) throws {
    guard ThisProcess.isThere(path), !ThisProcess.isThere(path + "/") else { return }
    guard path.hasSuffix(".lua") else {
      throw ValidationError("--template: the name of \(path) must end in .lua.")
    }
    guard let target = outside(path), !target.hasSuffix(".lua") else { return }
    throw ValidationError(
      "--template: \(path) is a link to \(target), whose name must end in .lua, too.")
  }

  /// `names/mine.lua` as the module `mine` in `names`.
  ///
  /// Of a link its own name counts, unless it leads out of its folder, where no module is looked for.
  static func module(_ path: String) -> (folder: String, name: String) {
    if let target = outside(path) { return parts(target) }
    let (folder, name) = parts(path)
    return (ThisProcess.canonical(folder), name)
  }

  /// What a link that leads out of its folder leads to.
  private static func outside(_ path: String) -> String? {
    let target = ThisProcess.canonical(path)
    let folder = ThisProcess.canonical(parts(path).folder)
    return SystemPath.isBelow(target, folder) ? nil : target
  }

  private static func parts(_ path: String) -> (folder: String, name: String) {
    let slash = path.lastIndex(of: "/")
    let file = slash.map { path[path.index(after: $0)...] } ?? path[...]
    return (
      slash.map { String(path[...$0]) } ?? ".",
      String(file.hasSuffix(".lua") ? file.dropLast(4) : file)
    )
  }
}
