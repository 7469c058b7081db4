//  LiveEnvironment.swift - the process's variables.

internal import Platform
public import SSOScript

/// The variables the process was started with.
///
/// Looked up one by one: nothing in this process changes them, and reading all of them costs more
/// than a short script.
public struct LiveEnvironment: WorldEnvironment {
  /// Makes a door to them.
  public init() {}

  /// The value of `name`, or nil.
  public func value(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}
