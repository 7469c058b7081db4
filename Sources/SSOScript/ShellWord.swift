//  ShellWord.swift - a text as one word of a command that a person may paste. Pure.

internal import StrictJSON

/// Text as one word for a shell.
package enum ShellWord {
  /// Quoted where it has to be.
  package static func quoted(_ text: String) -> String {
    isPlain(text) ? text : inQuotes(text)
  }

  /// In single quotes, whatever it is.
  package static func inQuotes(_ text: String) -> String {
    // By bytes: to Swift an accent behind a quote makes another character of it.
    "'\(text.replacingBytes("'", with: "'\\''"))'"
  }

  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: "="),
          UInt8(ascii: ":"), UInt8(ascii: "@"):
          true
        default: false
        }
      }
  }

  /// The same for a terminal to show: what that would act on is written in digits.
  package static func printable(_ text: String) -> String {
    guard PrintableText.lines(text, limit: .max) != text || text.contains(where: \.isNewline)
    else { return quoted(text) }
    // The whole word as bash, zsh and ksh read it; POSIX has it since 2024.
    let digits = text.utf8.map { byte in
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\\"): "\\" + String(UnicodeScalar(byte))
      case 0x20..<0x7F: String(UnicodeScalar(byte))
      default: "\\x" + String(byte / 16, radix: 16) + String(byte % 16, radix: 16)
      }
    }
    return "$'\(digits.joined())'"
  }
}
