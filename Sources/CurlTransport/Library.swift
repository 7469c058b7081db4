//  Library.swift - libcurl, found and loaded on first use.

internal import CCurl

/// libcurl could not be loaded.
public struct LibraryError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The loader's own words.
  public let reason: String

  /// What is missing and which package brings it.
  public var description: String {
    "libcurl could not be loaded (\(reason)); install libcurl4 (Debian, Ubuntu), "
      + "libcurl (Fedora, Alpine) or curl (Homebrew)"
  }
}

enum Library {
  /// Loads libcurl unless that was done before.
  ///
  /// - Parameter name: The file, or `nil` for the system's usual names.
  /// - Throws: ``LibraryError``; a later call tries again.
  static func load(_ name: String? = nil) throws(LibraryError) {
    var message = [CChar](repeating: 0, count: 512)
    guard unsafe !ccurl_load(name, &message, message.count) else { return }
    let text = message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    throw LibraryError(reason: String(decoding: text, as: UTF8.self))
  }

  /// To be asked after ``load(_:)`` only.
  static var version: String { unsafe String(cString: ccurl_version()) }
}
