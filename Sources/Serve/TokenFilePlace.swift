//  TokenFilePlace.swift - that the control token takes the place of no file that the server needs.

internal import ArgumentParser
internal import Platform
internal import SSOScript
internal import StrictJSON

extension ServeCommand {
  /// The token replaces what is there, and then the server would go on with a file that has no name.
  func checkTokenFile() throws {
    guard let controlTokenFile else { return }
    let place = location(of: controlTokenFile)
    let files =
      [("--script", behaviour.script), ("--directory", directory)]
      + dataFiles.map { ("--data", $0) }
    for case (let option, let file?) in files where location(of: file).hasSameBytes(as: place) {
      throw ValidationError("\(option) and --control-token-file would both use \(file).")
    }
  }

  /// The state file, what SQLite keeps beside it, and where --reset-state puts all that.
  private var dataFiles: [String] {
    guard let data else { return [] }
    // Of a link, SQLite puts its files beside what that leads to.
    return [data, location(of: data)].flatMap { file in
      ["", "-wal", "-shm", "-journal", ".old", ".old-wal", ".old-shm"].map { file + $0 }
    }
  }
}

/// The absolute path of a file without links, or of where it would be.
private func location(of path: String) -> String {
  if let place = resolvedPath(path) { return place }
  let (folder, name) = SystemPath.split(path)
  guard let above = resolvedPath(folder.isEmpty ? "." : folder) else { return path }
  return above == "/" ? "/\(name)" : "\(above)/\(name)"
}
