//  ThisProcess+Text.swift - what a process was started with that is no text.
//
//  Why: Swift mends what is not UTF-8, and a file of another name would be read or written.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension ThisProcess {
  /// The number of the first argument that is not UTF-8; the program's name is number 0.
  public static var argumentWithoutText: Int? {
    (0..<Int(CommandLine.argc)).first { unsafe !isText(CommandLine.unsafeArgv[$0]) }
  }

  /// The first of the variables that name files and hold what is not UTF-8.
  public static var variableWithoutText: String? {
    ["HOME", "AWS_CONFIG_FILE"].first { unsafe !isText(getenv($0)) }
  }

  private static func isText(_ bytes: UnsafePointer<CChar>?) -> Bool {
    guard let bytes = unsafe bytes else { return true }
    return unsafe String(validatingCString: bytes) != nil
  }
}
