//  ShutFolder.swift - which folder on the way shuts the user out, and whose it is.

import Platform
import SSOScript

/// What "Permission denied" leaves open.
enum ShutFolder {
  /// The folder that has to let the user in so that one can be used, with what mends it.
  ///
  /// - Parameter path: Of the folder that is to be read and written, absolute; it may not be there yet.
  /// - Returns: Words to follow the system's; `nil` where no folder is in the way.
  static func words(onWayTo path: String) -> String? {
    var place = "/"
    for part in SystemPath.parts(path) {
      guard allows(place, X_OK) else { return words(place) }
      let next = place == "/" ? "/\(part)" : "\(place)/\(part)"
      guard SystemFolder.hasEntry(next) else { return allows(place, W_OK) ? nil : words(place) }
      place = next
    }
    return allows(place, R_OK | W_OK | X_OK) ? nil : words(place)
  }

  private static func words(_ place: String) -> String {
    var facts = stat()
    guard unsafe stat(place, &facts) == 0 else { return "\(place) keeps you out" }
    if facts.st_uid == geteuid() { return "\(place) keeps you out (chmod u+rwx it)" }
    return "\(place) belongs to \(userName(facts.st_uid)) and keeps you out (chown it to you)"
  }

  private static func allows(_ place: String, _ mode: Int32) -> Bool {
    unsafe faccessat(AT_FDCWD, place, mode, AT_EACCESS) == 0 || errno != EACCES
  }
}

/// The name of a user, or the number of one without.
func userName(_ id: uid_t) -> String {
  var buffer = [CChar](repeating: 0, count: 16 << 10)
  let name = unsafe buffer.withUnsafeMutableBufferPointer { buffer -> String? in
    guard let start = buffer.baseAddress else { return nil }
    var entry = unsafe passwd()
    var found: UnsafeMutablePointer<passwd>?
    let status = unsafe getpwuid_r(id, &entry, start, buffer.count, &found)
    guard unsafe status == 0 && found != nil else { return nil }
    return unsafe entry.pw_name.map { unsafe String(cString: $0) }
  }
  return name ?? "user \(id)"
}
