//  EntryPage.swift - where a person types the code from the terminal.
//
//  One field, never eight boxes: paste, autofill and screen readers need it so.

/// What was wrong with the text typed before.
enum EntryProblem: Sendable, Equatable {
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

  var title: PageText {
    switch self {
    case .empty: .codeMissing
    case .malformed: .notACode
    case .unknown: .codeUnknown
    case .expired: .codeExpired
    }
  }

  var text: PageText {
    switch self {
    case .empty: .emptyField
    case .malformed(hasForeignLetters: true): .foreignLetters
    case .malformed: .malformed
    case .unknown: .unknownCode
    case .expired: .expiredCode
    }
  }
}

extension Page {
  /// The field for the code, with what was typed and what was wrong with it.
  ///
  /// The first 200 characters come back; more is no code.
  static func entry(typed: String = "", problem: EntryProblem? = nil, formToken: String) -> Page {
    var page = Page(
      status: problem?.status ?? 200, title: problem?.title ?? .enterCode, template: .entry,
      values: ["formToken": .text(formToken), "typed": .text(String(typed.prefix(200)))])
    if let problem { page.values["problem"] = .phrase(problem.text) }
    return page
  }
}
