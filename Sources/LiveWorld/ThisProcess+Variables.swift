//  ThisProcess+Variables.swift - all variables of the process that begin alike.

internal import Platform
public import SSOScript

extension ThisProcess {
  /// The variables whose names begin with `prefix`, whole names and values.
  ///
  /// - Throws: ``DoorError`` for one that is not UTF-8: mended, it would be another one.
  public static func variables(beginning prefix: String) throws(DoorError) -> [String: String] {
    var found: [String: String] = [:]
    guard unsafe Int(bitPattern: environ) != 0 else { return [:] }
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let words = unsafe String(cString: text)
      let isText = unsafe isText(text)
      unsafe entry += 1
      guard words.hasPrefix(prefix), let mark = words.firstIndex(of: "=") else { continue }
      let name = String(words[..<mark])
      guard isText else { throw DoorError("the variable \(name) is not UTF-8") }
      if found[name] == nil { found[name] = String(words[mark...].dropFirst()) }
    }
    return found
  }
}
