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
  /// The people to choose from.
  static func person(_ people: [Person], goal: VisitGoal, formToken: String) -> Page {
    Page(
      status: 200, title: .whoSignsIn, template: .person,
      values: [
        "hidden": hidden([("form_token", formToken), goal.field]),
        "people": .list(people.map(choice)),
      ])
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
