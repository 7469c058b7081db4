//  HomeFolder.swift - the user's home, where there is one. Pure.

/// The folder that `HOME` names.
package enum HomeFolder {
  /// The value of `HOME` where it begins with `/`; another would name another folder wherever one works.
  ///
  /// - Parameter environment: Gives the value of a variable.
  /// - Returns: The folder, or `nil`.
  package static func path(environment: (String) -> String?) -> String? {
    environment("HOME").flatMap { $0.utf8.first == UInt8(ascii: "/") ? $0 : nil }
  }
}
