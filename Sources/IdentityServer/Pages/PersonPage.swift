//  PersonPage.swift - who signs in, where the directory knows several people.
//
//  No passwords: the people are made up, and whoever reaches the service may be any of them.

internal import IdentityService

/// Where a visit goes on when it is known who signs in; a hidden field of the form.
enum VisitGoal: Sendable, Equatable {
  /// A device request, by its handle.
  case request(String)
  /// The query of `/authorize`.
  case authorize(String)

  /// The goal in a query or form.
  init?(_ form: Form) {
    if let handle = form["request"] {
      self = .request(handle)
    } else if let query = form["authorize"], query.utf8.allSatisfy({ (33...126).contains($0) }) {
      // Anything else could end the header that it becomes (S22).
      self = .authorize(query)
    } else {
      return nil
    }
  }

  /// The page to go on with; always one of ours (S20).
  var location: String {
    switch self {
    case .request(let handle): "/device/confirm?request=" + percentEncoded(handle)
    case .authorize(let query): "/authorize?" + query
    }
  }

  /// The page where someone else can be chosen.
  var personLocation: String { "/device/person?\(field.name)=\(percentEncoded(field.value))" }

  /// Its field in a form.
  var field: (name: String, value: String) {
    switch self {
    case .request(let handle): ("request", handle)
    case .authorize(let query): ("authorize", query)
    }
  }
}

extension Page {
  /// More would make the page larger than 20 kB; the others are found by a part of their name.
  private static let mostPeople = 40

  /// The people to choose from.
  ///
  /// - Parameters:
  ///   - people: All of them.
  ///   - text: A part of the name or the address that someone looks for; any case.
  ///   - goal: Where to go on.
  ///   - formToken: Of the form that chooses.
  /// - Returns: The page.
  static func person(
    _ people: [Person], finding text: String, goal: VisitGoal, formToken: String
  ) -> Page {
    let found = people.filter { $0.isFound(by: text) }
    let shown = found.prefix(mostPeople)
    var page = Page(
      status: 200, title: .whoSignsIn, template: .person,
      values: [
        "hidden": hidden([("form_token", formToken), goal.field]),
        "people": .list(shown.map(choice)),
      ])
    guard people.count > mostPeople else { return page }
    page.values["search"] = .row([
      "hidden": hidden([goal.field]), "typed": .text(String(text.prefix(100))),
      "note": note(shown.count, of: people.count),
    ])
    return page
  }

  private static func note(_ shown: Int, of all: Int) -> PageValue {
    shown == 0
      ? .phrase(.nobodyFound) : .phrase(.somePeople, [.text(String(shown)), .text(String(all))])
  }

  private static func choice(_ person: Person) -> PageValue {
    let name = presentable(person.displayName.isEmpty ? person.name : person.displayName)
    return .row([
      "id": .text(person.name), "name": .text(name), "email": .text(presentable(person.email)),
      "initial": .text(name.prefix(1).uppercased()),
    ])
  }

  /// Hidden fields of a form.
  static func hidden(_ fields: [(name: String, value: String)]) -> PageValue {
    .list(fields.map { .row(["name": .text($0.name), "value": .text($0.value)]) })
  }
}

extension Person {
  fileprivate func isFound(by text: String) -> Bool {
    let wanted = text.lowercased().split(separator: " ")
    let known = [name, displayName, email].joined(separator: " ").lowercased()
    return wanted.allSatisfy { known.contains($0) }
  }
}
