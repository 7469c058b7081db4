//  CommaList.swift - the values of an option that takes several. Pure.

/// Values between commas.
package enum CommaList {
  /// Of `a,b` and `c` all three; what is empty is left out.
  package static func words(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",").map(String.init) }
  }
}
