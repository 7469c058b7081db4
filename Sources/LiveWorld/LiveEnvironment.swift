//  LiveEnvironment.swift - the process's variables, read once.

public import SSOScript

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The variables the process was started with.
public struct LiveEnvironment: WorldEnvironment {
  /// All of them.
  public let variables: [String: String]

  /// Reads them.
  public init() {
    var variables: [String: String] = [:]
    var entry = unsafe environ
    while let text = unsafe entry.pointee {
      let pair = unsafe String(cString: text)
      if let equals = pair.firstIndex(of: "=") {
        variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
      }
      unsafe entry += 1
    }
    self.variables = variables
  }

  /// The value of `name`, or nil.
  public func value(_ name: String) -> String? { variables[name] }
}
