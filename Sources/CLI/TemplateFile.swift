//  TemplateFile.swift - the file of `credentials --template` as a module.

import ArgumentParser
import LiveWorld
import SSOScript

enum TemplateFile {
  /// Refuses what is no module: of a folder that would be the file beside it, or its init.lua.
  static func check(_ path: String) throws {
    let isFile = ThisProcess.isThere(path) && !ThisProcess.isThere(path + "/")
    guard !isFile || path.hasSuffix(".lua") else {
      throw ValidationError("--template: the name of \(path) must end in .lua.")
    }
    // A dot would be a slash to `require`.
    guard isModuleName(parts(path).name) else {
      throw ValidationError(
        "--template: before .lua, the name of \(path) may have letters, digits and _ only.")
    }
    guard isFile, let target = outside(path) else { return }
    let link = "--template: \(path) is a link to \(target), whose name"
    guard target.hasSuffix(".lua") else { throw ValidationError("\(link) must end in .lua, too.") }
    guard isModuleName(parts(target).name) else {
      throw ValidationError("\(link) may have letters, digits and _ only before .lua, too.")
    }
  }

  private static func isModuleName(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0.isASCII && ($0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0))
      }
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
    let (folder, file) = SystemPath.split(path)
    return (
      folder.isEmpty ? "." : folder, file.hasSuffix(".lua") ? String(file.dropLast(4)) : file
    )
  }
}
