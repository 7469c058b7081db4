//  ThisProcess+Variables.swift - all variables of the process that begin alike.

internal import Platform

extension ThisProcess {
  /// The variables whose names begin with `prefix`, whole names and values; what is not UTF-8 is mended.
  public static func variables(beginning prefix: String) -> [String: String] {
    var found: [String: String] = [:]
    guard unsafe Int(bitPattern: environ) != 0 else { return [:] }
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let words = unsafe String(cString: text)
      unsafe entry += 1
      guard words.hasPrefix(prefix), let mark = words.firstIndex(of: "=") else { continue }
      let name = String(words[..<mark])
      if found[name] == nil { found[name] = String(words[mark...].dropFirst()) }
    }
    return found
  }
}
