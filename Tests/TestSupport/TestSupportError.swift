//  TestSupportError.swift - something a test needs is not to be had.

/// What the machine could not give.
package struct TestSupportError: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}
