//  PathExpansion.swift - variables and the home folder in a path, as botocore reads them. Pure.
//
//  Knows: Python's os.path.expandvars, then os.path.expanduser.
//  Does not know: the homes of other users; `~name` stays as it is.

/// Paths as people write them in settings.
enum PathExpansion {
  /// Puts in the values of `$NAME` and `${NAME}`, then the home for a `~` at the beginning.
  ///
  /// - Parameters:
  ///   - path: As written.
  ///   - environment: Gives the value of a variable; without one the name stays as it is.
  /// - Returns: The path that is meant.
  static func expand(_ path: String, environment: (String) -> String?) -> String {
    withHome(withVariables(path, environment), environment: environment)
  }

  /// Puts in the home for a `~` at the beginning alone, as urllib3 reads a path.
  static func withHome(_ path: String, environment: (String) -> String?) -> String {
    guard path == "~" || path.hasPrefix("~/"),
      let home = HomeFolder.path(environment: environment)
    else { return path }
    return home + path.dropFirst()
  }

  private static func withVariables(_ path: String, _ environment: (String) -> String?) -> String {
    var done = ""
    var rest = path[...]
    while let sign = rest.firstIndex(of: "$") {
      done += rest[..<sign]
      rest = rest[sign...]
      let (name, end) = name(in: rest)
      done += environment(name) ?? String(rest[..<end])
      rest = rest[end...]
    }
    return done + rest
  }

  /// The name behind the sign at the beginning of `text`, and where the rest begins.
  private static func name(in text: Substring) -> (name: String, end: String.Index) {
    let behind = text.dropFirst()
    if behind.first == "{", let brace = behind.firstIndex(of: "}") {
      return (String(behind[..<brace].dropFirst()), behind.index(after: brace))
    }
    let name = behind.prefix { $0 == "_" || $0.isASCII && ($0.isLetter || $0.isNumber) }
    return (String(name), name.endIndex)
  }
}
