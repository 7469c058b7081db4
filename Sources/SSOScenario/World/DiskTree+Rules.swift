//  DiskTree+Rules.swift - what the system refuses to do with a path, by its own numbers. Pure.
//
//  Knows: permissions, lengths of names, links that lead in a circle, what may take whose place.

internal import SSOScript

extension DiskTree {
  private static let longestName = 255
  private static let longestPath = 4095

  /// Why an entry cannot be reached, whether or not it is there.
  func obstacle(before path: String) -> DoorError.Cause? {
    guard path.utf8.count <= Self.longestPath else { return .nameTooLong }
    var (place, folder) = ("", self["/"])
    for part in SystemPath.parts(path) {
      guard let above = folder else { return .noEntry }
      // Canonical paths have none but those that nobody can follow to an end.
      if case .link = above.content { return .endlessLinks }
      guard above.isFolder else { return .notDirectory }
      guard above.isSearchable else { return .noAccess }
      guard part.utf8.count <= Self.longestName else { return .nameTooLong }
      place += "/\(part)"
      folder = self[place]
    }
    return nil
  }

  /// Why no disk has an entry there, whatever the permissions.
  func misfit(of node: DiskNode, at path: String) -> DoorError.Cause? {
    let names = SystemPath.parts(path)
    guard path.utf8.count <= Self.longestPath,
      names.allSatisfy({ $0.utf8.count <= Self.longestName })
    else { return .nameTooLong }
    var above = ""
    for name in names.dropLast() {
      above += "/\(name)"
      if let node = self[above], !node.isFolder { return .notDirectory }
    }
    guard !names.contains(where: [".", ".."].contains) else { return .noEntry }
    if case .link(let target) = node.content, target.isEmpty { return .noEntry }
    guard let old = self[path], old.isFolder != node.isFolder else { return nil }
    return old.isFolder ? .isDirectory : .notDirectory
  }

  /// Why there can be no new folder.
  func refusal(ofFolder path: String) -> DoorError.Cause? {
    if let obstacle = obstacle(before: path) { return obstacle }
    guard self[path] == nil else { return .exists }
    return mayChangeFolder(of: path) ? nil : .noAccess
  }

  /// Why an entry cannot be removed.
  func refusal(ofRemoving path: String) -> DoorError.Cause? {
    if let obstacle = obstacle(before: path) { return obstacle }
    guard let node = self[path] else { return .noEntry }
    guard path != "/" else { return .busy }
    guard mayChangeFolder(of: path) else { return .noAccess }
    return node.isFolder && !names(in: path).isEmpty ? .notEmpty : nil
  }

  /// Why an entry cannot get another place.
  func refusal(ofMoving path: String, to target: String) -> DoorError.Cause? {
    if let obstacle = obstacle(before: path) ?? obstacle(before: target) { return obstacle }
    guard let node = self[path] else { return .noEntry }
    guard DiskPath(path) != DiskPath(target) else { return nil }
    guard !SystemPath.isBelow(target, path) else { return .invalid }
    guard !SystemPath.isBelow(path, target) else { return .notEmpty }
    guard mayChangeFolder(of: path), mayChangeFolder(of: target) else { return .noAccess }
    guard let old = self[target] else { return refusal(ofMoving: node, path, target) }
    guard node.isFolder == old.isFolder else { return node.isFolder ? .notDirectory : .isDirectory }
    return refusal(ofMoving: node, path, target)
      ?? (old.isFolder && !names(in: target).isEmpty ? .notEmpty : nil)
  }

  /// The entry `..` of a folder changes with the folder that it is in.
  private func refusal(
    ofMoving node: DiskNode, _ path: String, _ target: String
  ) -> DoorError.Cause? {
    let staysThere = DiskPath(Self.parent(of: path)) == DiskPath(Self.parent(of: target))
    return node.isFolder && !staysThere && !node.isWritable ? .noAccess : nil
  }

  func mayChangeFolder(of path: String) -> Bool { folder(of: path)?.isWritable == true }
}

extension DiskNode {
  /// Of the one user of the machine, unless the entry is somebody else's.
  var isReadable: Bool { mode & (isForeign ? 0o004 : 0o400) != 0 }
  var isWritable: Bool { mode & (isForeign ? 0o002 : 0o200) != 0 }
  /// Of a folder: whether what is in it can be reached.
  var isSearchable: Bool { mode & (isForeign ? 0o001 : 0o100) != 0 }

  func holding(_ bytes: [UInt8]) -> DiskNode {
    var node = self
    node.content = .file(bytes)
    return node
  }
}
