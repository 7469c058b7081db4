//  EndPages.swift - pages that end a visit: decided, too late, refused.

internal import IdentityService

extension Page {
  /// The decision that holds, also when it was given before.
  static func decided(_ request: Verification) -> Page {
    switch request.standing {
    case .denied:
      Page(
        status: 200, title: "Denied",
        main: """
          \(Self.mark("no", "M16 16 32 32M32 16 16 32"))
          <h1 tabindex="-1" autofocus>Denied</h1>
          <p>The program gets no access; your terminal will say so in a moment.</p>
          <p>You can close this page.</p>
          """)
    default:
      Page(
        status: 200, title: "Approved",
        main: """
          \(Self.mark("yes", "M14 25 21 32 34 17"))
          <h1 tabindex="-1" autofocus>Approved</h1>
          <p>Go back to your terminal: the program continues there.</p>
          <p>You can close this page.</p>
          """)
    }
  }

  /// A drawing that says the same as the heading below it.
  private static func mark(_ kind: String, _ path: String) -> HTML {
    """
    <svg class="mark \(kind)" viewBox="0 0 48 48" aria-hidden="true">\
    <circle cx="24" cy="24" r="22"/><path d="\(path)"/></svg>
    """
  }

  /// The code was right: its request has an address of its own.
  static func goOn(to location: String) -> Page {
    Page(
      status: 303, title: "Continue",
      main: """
        <h1>Code found</h1>
        <p><a href="\(location)">Continue</a></p>
        """)
  }

  /// The opposite was decided before, here or in another tab.
  static func conflict(_ request: Verification) -> Page {
    let decision = request.standing == .denied ? "denied" : "approved"
    return Page(
      status: 409, title: "Already \(decision)",
      main: """
        <h1 tabindex="-1" autofocus>Already \(decision)</h1>
        <p>This request was \(decision) before, and that stays. To decide anew, start again in \
        your terminal.</p>
        """)
  }

  /// Too many wrong codes; the page loads itself again when the wait is over.
  static func tooManyTries(wait: Duration) -> Page {
    Page(
      status: 429, title: "Too many tries",
      main: """
        <h1 tabindex="-1" autofocus>Too many wrong codes</h1>
        <p>Try again in \(spoken(wait)). Compare the code with your terminal letter by letter.</p>
        """,
      retryAfter: wait)
  }

  /// The form was not ours, or its session is over.
  static let sessionLost = Page(
    status: 403, title: "Form expired",
    main: """
      <h1 tabindex="-1" autofocus>This form is no longer valid</h1>
      <p>Nothing was decided. <a href="/device">Enter your code again.</a></p>
      """)

  /// Another site sent the form.
  static let crossSite = Page(
    status: 403, title: "Refused",
    main: """
      <h1 tabindex="-1" autofocus>This request came from another site</h1>
      <p>Nothing was decided. If you want to connect a program, \
      <a href="/device">enter its code here.</a></p>
      """)

  /// A form or query that cannot be read.
  static let unreadable = Page(
    status: 400, title: "Not understood",
    main: """
      <h1 tabindex="-1" autofocus>This request was not understood</h1>
      <p>Nothing was decided. <a href="/device">Enter your code.</a></p>
      """)

  /// A method that a path does not have.
  static let methodNotAllowed = Page(
    status: 405, title: "Not possible",
    main: """
      <h1 tabindex="-1" autofocus>This page cannot be asked like that</h1>
      <p>Nothing was decided. <a href="/device">Enter your code.</a></p>
      """)

  /// What is at the start URL: a person who opens it by hand.
  static let start = Page(
    status: 200, title: "Start",
    main: """
      <h1>Local identity service</h1>
      <p>Programs that are pointed at this address can sign in here.</p>
      <p><a href="/device">Enter a code</a></p>
      """)
}
