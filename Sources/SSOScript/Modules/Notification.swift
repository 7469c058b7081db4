//  Notification.swift - ways to tell a person something, as values. Pure.

public import SSOOIDC
import StrictJSON

/// One message to a person that leaves this program.
public struct Notification: Sendable, Equatable {
  /// How it travels.
  public enum Way: Sendable, Equatable {
    /// A program that shows or forwards it: its arguments, what it reads, how long it may take.
    case program([String], input: [UInt8], patience: Duration)
    /// A service that takes JSON over HTTP.
    case webhook(HTTPRequest)
    /// A mail server.
    case mail(Mail)
  }

  /// The function that asked, `sso.notify.mail`.
  public var function: String
  /// How it travels.
  public var way: Way
}

/// The program that shows messages on a desktop.
enum DesktopNotice {
  /// Its command line; `title` and `text` are data to it, whatever is in them.
  static func command(title: String, text: String) -> [String] {
    #if os(macOS)
      ["osascript", "-e", script, "--", title, text]
    #else
      ["notify-send", "--app-name=ssoscript", "--", title, escaped(text)]
    #endif
  }

  private static let script = """
    on run argv
      display notification (item 2 of argv) with title (item 1 of argv)
    end run
    """

  /// The text of a desktop notification may hold markup; ours is none.
  private static func escaped(_ text: String) -> String {
    text.replacingBytes("&", with: "&amp;").replacingBytes("<", with: "&lt;")
      .replacingBytes(">", with: "&gt;")
  }
}

/// What a terminal is sent.
struct TerminalNotice {
  var text: String
  var title: String?
  var bell = false
  var osc9 = false

  /// The line that anybody can read, and for a terminal what makes it ring and show it elsewhere.
  func bytes(forTerminal: Bool) -> [UInt8] {
    let text = PrintableText.escaped(text, limit: 4000)
    var line = text + "\n"
    guard forTerminal else { return Array(line.utf8) }
    if let title { line += "\u{1B}]2;\(PrintableText.escaped(title))\u{7}" }
    if osc9 { line += "\u{1B}]9;\(Self.message(text))\u{7}" }
    if bell { line += "\u{7}" }
    return Array(line.utf8)
  }

  /// Some terminals take `9;4;…` for a progress bar and other numbers for worse.
  private static func message(_ text: String) -> String {
    text.first?.isNumber == true ? " \(text)" : text
  }
}
