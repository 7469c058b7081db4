//  ConfirmPage.swift - where a person compares the code and decides.
//
//  Knows: what the person must see first (R8628-11, R8628-12, R8628-29). Deny and Approve weigh the
//  same, and neither has the focus.

internal import IdentityService

extension Page {
  /// The request behind a code, and two buttons.
  ///
  /// `otherPerson` is where someone else can be chosen, if there is anyone else.
  static func confirm(
    _ request: Verification, as person: Person, otherPerson: String?, formToken: String
  ) -> Page {
    var page = Page(
      status: 200, title: .compareCode, template: .confirm,
      values: [
        "code": .text(request.userCode.display), "spelled": .text(spelled(request.userCode)),
        "validFor": .phrase(.validFor, [.duration(request.remaining)]),
        "facts": .list(facts(about: request, as: person)), "warning": .phrase(.warning),
        "action": .text("/device/decision"),
        "hidden": hidden([
          ("form_token", formToken), ("user_code", request.userCode.display),
          ("person", person.name),
        ]),
      ])
    page.values["otherPerson"] = otherPerson.map { .text($0) }
    return page
  }

  /// Letter by letter, for people who hear the page.
  private static func spelled(_ code: UserCode) -> String {
    code.letters.map(String.init).joined(separator: " ")
  }

  private static func facts(about request: Verification, as person: Person) -> [PageValue] {
    let isNew = request.age < .seconds(2)
    let from = place(request.requester.address)
    return [
      programFact(request.clientName),
      scopeFact(request.scopes),
      personFact(person),
      fact(.signInAt, .text(presentable(request.startURL))),
      fact(
        .asked,
        isNew ? .phrase(.askedNow, [from]) : .phrase(.askedFrom, [.duration(request.age), from]),
        asides: [software(request.requester)]),
    ]
  }

  private static func place(_ address: String) -> PageValue {
    let isHere = address.hasPrefix("127.") || address == "::1" || address == "::ffff:127.0.0.1"
    if isHere { return .phrase(.thisComputer) }
    return address.isEmpty ? .phrase(.unknownPlace) : .text(presentable(address))
  }

  /// The first product of the `User-Agent`, such as `aws-cli/2.36.7`; the rest is for machines.
  private static func software(_ requester: Requester) -> PageValue {
    let product = presentable(String(requester.userAgent.prefix { $0 != " " }))
    return product.isEmpty ? .phrase(.softwareUnknown) : .phrase(.software, [.text(product)])
  }
}

// MARK: - Facts that the consent page shows, too

extension Page {
  static func fact(_ name: PageText, _ value: PageValue, asides: [PageValue] = []) -> PageValue {
    .row(["name": .phrase(name), "value": value, "asides": .list(asides)])
  }

  /// What the program calls itself, with what is to be said about that.
  static func programFact(_ name: String) -> PageValue {
    let shown = presentable(name)
    let asides: [PageText] = mixesAlphabets(shown) ? [.unverified, .mixedLetters] : [.unverified]
    return fact(
      .program, shown.isEmpty ? .phrase(.noName) : .text(shown),
      asides: asides.map { .phrase($0) })
  }

  static func personFact(_ person: Person) -> PageValue {
    let name = person.displayName.isEmpty ? person.name : person.displayName
    let email = presentable(person.email)
    return fact(.person, .text(presentable(name)), asides: email.isEmpty ? [] : [.text(email)])
  }

  /// Scopes in plain words; those that this service does not know, as they are.
  static func scopeFact(_ scopes: [String]) -> PageValue {
    let wishes: [PageValue] = scopes.prefix(10).map { scope in
      switch scope {
      case "sso:account:access": .phrase(.scopeAccounts)
      case "openid", "profile", "email": .phrase(.scopeIdentity)
      default: .text(presentable(scope))
      }
    }
    var said: [PageValue] = []
    for wish in wishes where !said.contains(wish) { said.append(wish) }
    return .row([
      "name": .phrase(.wants), "values": .list(said.isEmpty ? [.phrase(.scopeNone)] : said),
    ])
  }
}
