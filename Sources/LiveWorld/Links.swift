//  Links.swift - where links lead, also to what is not there yet.

import Platform
import SSOScript

/// Links at the end of a path.
enum Links {
  /// More than the system follows.
  private static let most = 64

  /// The path that opening `path` opens, as far as its last part goes.
  ///
  /// The system opens links to open files below /proc without following a path: what those of pipes say
  /// names nothing.
  static func followed(_ path: String) -> String {
    var path = path
    for _ in 0..<most {
      guard let next = target(path) else { break }
      let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
      let place = SystemPath.isAbsolute(next) ? next : folder + next
      guard !opens(path) || opens(place) else { break }
      path = place
    }
    return path
  }

  private static func opens(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0
  }

  private static func target(_ path: String) -> String? {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(path, &bytes, bytes.count)
    guard count > 0 else { return nil }
    return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
