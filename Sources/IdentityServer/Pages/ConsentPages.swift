//  ConsentPages.swift - the authorization endpoint as a browser sees it.
//
//  Knows: that nothing is kept between the question and the answer but the query itself, under a
//  token of our own (R6749-20); that only the rules name the address to go on to (R6749-23).
//  Does not know: what makes a query good (IdentityService).

internal import IdentityService

extension PageFlow {
  /// A program sent the browser here.
  func authorizing(_ visit: PageVisit) -> PageReply {
    answer(AuthorizationQuery(visit.query, waited: visit.request.waited), visit)
  }

  /// What the consent page's buttons sent.
  func authorized(_ visit: PageVisit) -> PageReply {
    guard visit.isFromOwnSite else { return PageReply(page: .crossSite) }
    guard let form = visit.form, let query = form["query"], let person = form["person"],
      let verdict = form["decision"].flatMap(Verdict.init), verdict != .expire
    else { return PageReply(page: .unreadable) }
    guard visit.isKnown,
      key.isFormToken(
        form["form_token"], visit.session, for: .authorize(query: query, person: person))
    else { return PageReply(page: .sessionLost) }
    let decision = verdict == .approve ? Decision.approved : .denied
    return answer(AuthorizationQuery(query, decision: decision, person: person), visit)
  }

  private func answer(_ query: AuthorizationQuery, _ visit: PageVisit) -> PageReply {
    let reply = host.authorize(query)
    var answer =
      switch reply.answer {
      case .redirect(let location): PageReply(page: .returning, location: location)
      case .refuse(let reason): PageReply(page: .cannotReturn(reason))
      case .ask(let consent): ask(consent, query.query, visit)
      }
    answer.facts = reply.facts
    if case .ask = reply.answer { answer.wait = host.approvalDelay }
    return answer
  }

  private func ask(_ consent: Consent, _ query: String, _ visit: PageVisit) -> PageReply {
    let goal = VisitGoal.authorize(query)
    guard let person = visit.person else {
      return whoSignsIn(visit, goal, address: goal.location)
    }
    let token = key.formToken(
      visit.session, for: .authorize(query: query, person: person.name))
    let page = Page.consent(
      consent, query: query, as: person, otherPerson: visit.hasOthers ? goal.personLocation : nil,
      formToken: token)
    return PageReply(
      page: page, address: goal.location, formTarget: contentSource(of: consent.redirectURI))
  }
}
