//  Page.swift - the frame around every page.
//
//  Knows: what all pages have in common: language, title, theme, the note that this is a test
//  service. No script, nothing from another origin.
//  Does not know: which page is due (PageFlow).

internal import IdentityService

/// One page and its status.
struct Page: Sendable {
  let status: Int
  /// Differs by state, for people who hear it.
  let title: String
  /// Begins with the heading.
  let main: HTML
  /// After which time trying again makes sense; the page then loads itself again.
  var retryAfter: Duration?

  /// The whole document; with the service's time, if that is not real.
  func document(simulatedTime: ServiceTime?) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="en" dir="ltr">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title) – local sign-in</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/device/style.css">
    </head>
    <body>
    <header>
    <svg class="logo" viewBox="0 0 32 32" aria-hidden="true"><circle cx="11" cy="16" r="6"/>\
    <path d="M17 16h11v5M23 16v4"/></svg>
    <span>Local sign-in</span> <strong class="badge">Test service</strong>
    </header>
    <main>
    \(main)
    </main>
    <footer>
    <p>This is a <strong>local test service</strong>. Nothing here signs in to AWS; \
    its tokens are fake.</p>
    \(simulatedTime.map(Self.clockNote) ?? "")
    </footer>
    </body>
    </html>

    """
  }

  private static func clockNote(_ time: ServiceTime) -> HTML {
    let text = time.internetDate.prefix(19).split(separator: "T").joined(separator: " ")
    return "<p>Time here is simulated: \(text) UTC</p>"
  }
}

/// A duration as a person would say it, to one unit: `42 seconds`, `9 minutes`.
func spoken(_ duration: Duration) -> String {
  let seconds = max(0, duration.components.seconds)
  return switch seconds {
  case ..<2: seconds == 1 ? "1 second" : "0 seconds"
  case ..<120: "\(seconds) seconds"
  case ..<7200: "\(seconds / 60) minutes"
  default: "\(seconds / 3600) hours"
  }
}
