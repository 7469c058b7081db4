//  RegularFile.swift - which file of the disk it is, whatever names it has.

internal import Platform
public import SSOScript

/// A file that is there: neither a pipe nor a device.
public struct RegularFile: Hashable, Sendable {
  private let device: UInt64
  private let number: UInt64

  /// What a path leads to; `nil` where that is no regular file.
  public init?(_ path: String) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    self.init(facts)
  }

  /// What a stream of this process leads to; `nil` where that is no regular file.
  public init?(_ stream: StandardStream) {
    var facts = stat()
    guard unsafe fstat(stream.descriptor, &facts) == 0 else { return nil }
    self.init(facts)
  }

  private init?(_ facts: stat) {
    guard facts.isRegular else { return nil }
    (device, number) = (UInt64(truncatingIfNeeded: facts.st_dev), UInt64(facts.st_ino))
  }
}
