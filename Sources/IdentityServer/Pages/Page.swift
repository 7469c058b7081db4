//  Page.swift - one page before it is written: its status, its template, and what is filled in.
//
//  Knows: that values stay values until the language is known, and are escaped when written.
//  Does not know: HTML (Templates/*.mustache), which page is due (PageFlow).

/// One page and its status.
struct Page: Sendable {
  /// The files in `Templates`, but for those that are parts of others.
  enum Template: String, Sendable, CaseIterable {
    case entry, person, confirm, consent, end
  }

  let status: Int
  /// Differs by state, for people who hear it.
  let title: PageText
  let template: Template
  /// By the names that the template uses.
  var values: [String: PageValue] = [:]
  /// After which time trying again makes sense.
  var retryAfter: Duration?
  /// After which time the browser looks again by itself, without script.
  var refreshAfter: Duration?
}

/// Something to fill in.
indirect enum PageValue: Sendable, Equatable {
  case text(String)
  case phrase(PageText, [PageValue] = [])
  case duration(Duration)
  /// A part of the template that is there.
  case present
  case list([PageValue])
  case row([String: PageValue])
}

extension PageValue {
  /// The value as one text; lists and rows have none.
  func string(in language: Language) -> String {
    switch self {
    case .text(let text): text
    case .phrase(let text, let arguments): language.text(text, arguments)
    case .duration(let duration): language.spoken(duration)
    case .present, .list, .row: ""
    }
  }
}
