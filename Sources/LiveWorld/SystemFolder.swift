//  SystemFolder.swift - what is in a folder of this machine, and folders that are made on the way.

import Platform
import SSOScript

/// Folders by the system's calls.
enum SystemFolder {
  /// What a name in a folder stands for.
  enum Kind { case file, folder, linkToFile, linkToFolder, other }

  /// The names in a folder.
  struct Names {
    /// In order.
    var text: [String] = []
    /// Those that are not UTF-8, with `\xE9` for other bytes; no path has them.
    var strange: [String] = []
  }

  /// The names in a folder, in order; `nil`, with `errno` set, when it cannot be read.
  static func names(_ path: String) -> [String]? { entries(path)?.text }

  /// The names in a folder, those that are not UTF-8 apart; `nil`, with `errno` set, when it cannot be
  /// read.
  static func entries(_ path: String) -> Names? {
    guard let stream = unsafe opendir(path) else { return nil }
    defer { unsafe closedir(stream) }
    var names = Names()
    while let entry = unsafe readdir(stream) {
      let bytes = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe $0.withMemoryRebound(to: UInt8.self, capacity: 256) {
          unsafe Array(UnsafeBufferPointer(start: $0, count: 256).prefix { $0 != 0 })
        }
      }
      guard let name = String(validating: bytes, as: UTF8.self) else {
        names.strange.append(escaped(bytes))
        continue
      }
      if name != ".", name != ".." { names.text.append(name) }
    }
    names.text.sort()
    names.strange.sort()
    return names
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      guard (0x20..<0x7F).contains(byte) else {
        return "\\x" + String(0x100 | Int(byte), radix: 16, uppercase: true).dropFirst()
      }
      return String(UnicodeScalar(byte))
    }.joined()
  }

  /// Makes a folder and those above it that are missing; what cannot be made shows when something in
  /// it is opened.
  ///
  /// A umask may take from others what `mode` gives them, and nothing from the user, who could not use the
  /// folder then.
  ///
  /// - Returns: The system's number for why it is not there; 0 when it is.
  @discardableResult
  static func make(_ path: String, mode: mode_t) -> Int32 {
    var made = SystemPath.isAbsolute(path) ? "" : "."
    var cause: Int32 = 0
    for part in SystemPath.parts(path) {
      made += "/\(part)"
      if unsafe mkdir(made, mode) == 0 {
        openToOwner(made, mode)
        cause = 0
      } else if errno == EEXIST {
        cause = 0
      } else if cause == 0 {
        cause = errno
      }
    }
    return cause
  }

  private static func openToOwner(_ path: String, _ mode: mode_t) {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR,
      facts.st_mode & 0o700 != mode & 0o700
    else { return }
    // Of the folder that was made, not of what a link in its place leads to.
    _ = unsafe fchmodat(
      AT_FDCWD, path, facts.st_mode & 0o077 | mode & 0o700, AT_SYMLINK_NOFOLLOW)
  }

  /// Whether there is something of this name, be it a link that leads nowhere; else `errno` says why not.
  static func hasEntry(_ path: String) -> Bool {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0
  }

  /// The part of a path at which the system gives up because it is a link that leads nowhere, be it to
  /// itself.
  static func brokenLink(onWayTo path: String) -> String? {
    var place = path
    while !hasEntry(place) {
      guard errno == ENOENT || errno == ENOTDIR || errno == ELOOP else { return nil }
      place = SystemPath.parent(of: place)
      if place.isEmpty { return nil }
    }
    var facts = stat()
    guard unsafe stat(place, &facts) != 0, errno == ENOENT || errno == ENOTDIR || errno == ELOOP
    else { return nil }
    return place
  }

  /// What a path stands for.
  static func kind(_ path: String) -> Kind {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else { return .other }
    let isLink = facts.st_mode & S_IFMT == S_IFLNK
    guard unsafe !isLink || stat(path, &facts) == 0 else { return .other }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: return isLink ? .linkToFile : .file
    case S_IFDIR: return isLink ? .linkToFolder : .folder
    default: return .other
    }
  }
}
