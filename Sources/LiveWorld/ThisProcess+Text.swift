//  ThisProcess+Text.swift - what a process was started with that is no text.
//
//  Why: Swift mends what is not UTF-8, and a file of another name would be read or written.

internal import Platform

extension ThisProcess {
  /// The number of the first argument that is not UTF-8; the program's name is number 0.
  public static var argumentWithoutText: Int? {
    (0..<Int(CommandLine.argc)).first { unsafe !isText(CommandLine.unsafeArgv[$0]) }
  }

  /// The first of the variables that name files and hold what is not UTF-8, or the working directory: a
  /// policy there would not be found.
  public static var placeWithoutText: String? {
    let variables = [
      "HOME", "AWS_CONFIG_FILE", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "XDG_CONFIG_HOME",
      "XDG_STATE_HOME",
    ]
    if let name = variables.first(where: { unsafe !isText(getenv($0)) }) {
      return "the variable \(name)"
    }
    let folder = unsafe getcwd(nil, 0)
    defer { unsafe free(folder) }
    return unsafe isText(folder) ? nil : "the working directory"
  }

  static func isText(_ bytes: UnsafePointer<CChar>?) -> Bool {
    guard let bytes = unsafe bytes else { return true }
    return unsafe String(validatingCString: bytes) != nil
  }
}
