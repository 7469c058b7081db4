//  CallbackPage+Texts.swift - what the browser shows when it has come back.

extension CallbackPage {
  /// The login worked.
  static let signedIn = page(
    200, "You are signed in", "You can close this page and go on in the terminal.")
  /// The login was over when this request came.
  static let done = page(
    200, "This login is done", "An earlier page has already finished it. You can close this one.")
  /// The person said no.
  static let declined = page(
    200, "The login was declined", "Nothing was signed in. You can close this page.")
  /// The code was good for nothing.
  static let failed = page(
    200, "The login did not work", "The terminal says why. You can close this page.")
  /// Not this login's.
  static let foreign = page(404, "Nothing is here", "This page does not belong to a login.")

  private static func page(_ status: Int, _ title: String, _ text: String) -> CallbackPage {
    CallbackPage(
      status: status,
      html: """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>\(title)</title>
        <style>
        :root { color-scheme: light dark; }
        body { font: 1.1rem/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 32rem;
          padding: 0 1.5rem; }
        </style>
        </head>
        <body>
        <main>
        <h1>\(title)</h1>
        <p>\(text)</p>
        </main>
        </body>
        </html>

        """)
  }
}
