//  EndPages.swift - pages that end a visit or lead on: decided, too late, refused, not yet.
//
//  All in one template: a mark, a heading, a few sentences and at most one link.

internal import IdentityService

extension Page {
  /// A drawing that says the same as the heading below it.
  enum Mark: String, Sendable { case yes, no, wait, problem }

  /// A page of a heading and sentences.
  static func end(
    _ status: Int, _ title: PageText, heading: PageText? = nil, texts: [PageText],
    mark: Mark? = nil, link: (address: String, text: PageText)? = nil
  ) -> Page {
    var page = Page(
      status: status, title: title, template: .end,
      values: [
        "heading": .phrase(heading ?? title), "texts": .list(texts.map { .phrase($0) }),
      ])
    if let mark { page.values[mark.rawValue] = .present }
    if let link {
      page.values["link"] = .row(["address": .text(link.address), "text": .phrase(link.text)])
    }
    return page
  }

  /// The decision that holds.
  static func decided(_ decision: Decision) -> Page {
    switch decision {
    case .approved: end(200, .approved, texts: [.approvedText, .closePage], mark: .yes)
    case .denied: end(200, .denied, texts: [.deniedText, .closePage], mark: .no)
    }
  }

  /// The opposite was decided before, by this browser or elsewhere.
  static func conflict(_ decision: Decision, byThisBrowser isOwn: Bool) -> Page {
    switch decision {
    case .approved:
      end(
        409, .alreadyApproved,
        texts: [isOwn ? .approvedByYou : .approvedElsewhere, .startAgain], mark: .problem)
    case .denied:
      end(
        409, .alreadyDenied, texts: [isOwn ? .deniedByYou : .deniedElsewhere, .startAgain],
        mark: .problem)
    }
  }

  /// The browser goes on by itself; the link is for those that do not.
  static func goOn(to location: String) -> Page {
    end(303, .codeFound, texts: [], link: (location, .goOn))
  }

  /// The browser leaves for the program; without a link, as that would hold the code.
  static let returning = end(303, .returning, texts: [.returningText])

  /// Too many wrong codes; the page counts down by loading itself again.
  static func tooManyTries(wait: Duration) -> Page {
    var page = end(429, .tooManyTries, heading: .tooManyCodes, texts: [], mark: .wait)
    page.values["texts"] = .list([
      .phrase(.tryAgainIn, [.duration(wait)]), .phrase(.letterByLetter), .phrase(.looksAgain),
    ])
    page.retryAfter = wait
    page.refreshAfter = min(wait, wait < .seconds(120) ? .seconds(10) : .seconds(60))
    return page
  }

  /// The service could not keep the decision right now.
  static func busy(retryAfter: Duration) -> Page {
    var page = end(
      503, .busy, heading: .busyHeading, texts: [.busyText], mark: .wait,
      link: ("/device", .enterCode))
    page.retryAfter = retryAfter
    return page
  }

  /// The form was not ours, or its session is over.
  static let sessionLost = end(
    403, .formExpired, heading: .formLost, texts: [.nothingDecided], mark: .problem,
    link: ("/device", .enterCode))

  /// A page about a decision that this server, started since, cannot show again.
  static let pageLost = end(403, .pageLost, texts: [.pageLostText], mark: .problem)

  /// Another site sent the form.
  static let crossSite = end(
    403, .refused, heading: .otherSite, texts: [.nothingDecided], mark: .problem,
    link: ("/device", .enterCode))

  /// A form or query that cannot be read.
  static let unreadable = end(
    400, .notUnderstood, heading: .requestUnclear, texts: [.nothingDecided], mark: .problem,
    link: ("/device", .enterCode))

  /// A method that a path does not have.
  static let methodNotAllowed = end(
    405, .notPossible, heading: .wrongMethod, texts: [.nothingDecided], mark: .problem,
    link: ("/device", .enterCode))

  /// The directory is empty.
  static let nobody = end(403, .nobody, texts: [.nobodyHint], mark: .problem)

  /// What is at the start URL: a person who opens it by hand.
  static let start = end(
    200, .start, heading: .startHeading, texts: [.startText], link: ("/device", .enterCode))
}
