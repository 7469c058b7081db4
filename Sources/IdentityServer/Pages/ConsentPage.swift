//  ConsentPage.swift - where a person lets a program on this computer sign in (`/authorize`).
//
//  Knows: what is shown about a request that came through the browser itself: there is no code to
//  compare, so the program and the place of the answer are what can be checked.

internal import IdentityService

extension Page {
  /// What a program asks for, and two buttons.
  ///
  /// The query of the first request comes back with the decision.
  static func consent(
    _ consent: Consent, query: String, as person: Person, otherPerson: String?, formToken: String
  ) -> Page {
    var page = Page(
      status: 200, title: .allowAccess, template: .consent,
      values: [
        "facts": .list([
          programFact(consent.clientName), scopeFact(consent.scopes), personFact(person),
          fact(.answerTo, .text(presentable(contentSource(of: consent.redirectURI)))),
        ]),
        "warning": .phrase(.consentWarning), "action": .text("/authorize"),
        "hidden": hidden([
          ("form_token", formToken), ("query", query), ("person", person.name),
        ]),
      ])
    page.values["otherPerson"] = otherPerson.map { .text($0) }
    return page
  }

  /// A request that must not be answered at its redirect URI (R6749-05, R6749-23).
  static func cannotReturn(_ reason: String) -> Page {
    var page = Page.end(400, .cannotReturn, texts: [.cannotReturnText], mark: .problem)
    page.values["detail"] = .text(reason)
    return page
  }
}

/// The origin of a redirect URI, as `form-action` takes it: browsers hold the redirect that follows
/// a form to that list, too.
///
/// Such lists know no IPv6 addresses and no addresses of private schemes; those are let in by their
/// scheme.
func contentSource(of redirectURI: String) -> String {
  let scheme = redirectURI.prefix { $0 != ":" }.lowercased()
  let rest = redirectURI.dropFirst(scheme.count + 1)
  let host = rest.hasPrefix("//") ? rest.dropFirst(2).prefix { !"/?#".contains($0) } : ""
  let isPlain = host.utf8.allSatisfy {
    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45
      || $0 == 46 || $0 == 58
  }
  guard scheme == "http" || scheme == "https", isPlain, !host.isEmpty else { return scheme + ":" }
  return "\(scheme)://\(host)"
}
