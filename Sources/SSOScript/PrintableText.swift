//  PrintableText.swift - foreign text made fit for a terminal.

internal import SSOOIDC

/// Text of a script or service, with nothing in it that a terminal would act on.
package enum PrintableText {
  /// `text` on one line, with control and direction characters escaped, cut at `limit` characters.
  static func escaped(_ text: String, limit: Int = String.messageLimit) -> String {
    text.escaped(limit: limit)
  }

  /// The same for a text of several lines, as a report of an error is; it keeps its tabs, too.
  package static func lines(_ text: String, limit: Int = 4000) -> String {
    text.escaped(limit: limit, keeping: ["\n", "\t"])
  }
}
