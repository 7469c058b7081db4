//  EntryPage.swift - where a person types the code from the terminal.
//
//  One field, never eight boxes: paste, autofill and screen readers need it so.

/// What was wrong with the text typed before.
enum EntryProblem: Sendable {
  case empty
  case malformed(hasForeignLetters: Bool)
  case unknown
  case expired

  /// Bad request, not found, gone.
  var status: Int {
    switch self {
    case .empty, .malformed: 400
    case .unknown: 404
    case .expired: 410
    }
  }

  var title: String {
    switch self {
    case .empty: "Code missing"
    case .malformed: "Not a code"
    case .unknown: "Code not known"
    case .expired: "Code expired"
    }
  }

  var text: String {
    switch self {
    case .empty: "Enter the code that your terminal shows."
    case .malformed(hasForeignLetters: true):
      "This is not a code: codes have eight letters, no vowels and no digits."
    case .malformed: "This is not a code: codes have eight letters, such as BCDF-GHJK."
    case .unknown: "No program is waiting with this code. Compare it with your terminal."
    case .expired: "This code has expired. Start again in your terminal to get a new one."
    }
  }
}

extension Page {
  /// The field for the code, with what was typed and what was wrong with it.
  static func entry(typed: String = "", problem: EntryProblem? = nil, formToken: String) -> Page {
    Page(
      status: problem?.status ?? 200, title: problem?.title ?? "Enter code",
      main: """
        <h1>Connect a program</h1>
        <p>Enter the code that your terminal shows.</p>
        <form method="post" action="/device">
        <input type="hidden" name="form_token" value="\(formToken)">
        <label for="user_code">Code</label>
        <input class="code" id="user_code" name="user_code" type="text" value="\(typed)" \
        placeholder="XXXX-XXXX" autocapitalize="characters" autocorrect="off" spellcheck="false" \
        autocomplete="one-time-code" inputmode="text" autofocus required\(state(problem))>
        \(problem.map(note) ?? "")
        <button class="primary" type="submit">Continue</button>
        </form>
        """)
  }

  private static func note(_ problem: EntryProblem) -> HTML {
    "<p class=\"problem\" id=\"problem\" role=\"alert\">\(problem.text)</p>"
  }

  private static func state(_ problem: EntryProblem?) -> HTML {
    problem == nil ? "" : " aria-invalid=\"true\" aria-describedby=\"problem\""
  }
}
