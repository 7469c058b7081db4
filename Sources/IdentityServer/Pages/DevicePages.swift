//  DevicePages.swift - from a typed code to a decision.
//
//  Knows: GET decides nothing (R8628-12), who may post a decision (S16), and the order of checks.
//  Does not know: the rules behind a decision (IdentityService).

internal import IdentityService

extension PageFlow {
  /// The entry page, or the request behind `?user_code=`.
  func opened(_ visit: PageVisit) -> PageReply {
    guard let form = Form(visit.request.query) else { return PageReply(page: .unreadable) }
    if let wait = host.guessWait(of: visit.visitor) {
      return PageReply(page: .tooManyTries(wait: wait))
    }
    guard let typed = form["user_code"], !typed.isEmpty else {
      return PageReply(page: entry(nil, typed: "", visit))
    }
    return found(typed, visit)
  }

  /// What the entry page's form sent.
  func typed(_ visit: PageVisit) -> PageReply {
    guard visit.isFromOwnSite else { return PageReply(page: .crossSite) }
    guard let form = visit.form else { return PageReply(page: .unreadable) }
    guard visit.isKnown, key.isFormToken(form["form_token"], visit.session, for: .enterCode) else {
      return PageReply(page: .sessionLost)
    }
    guard let typed = form["user_code"], typed.contains(where: { !$0.isWhitespace }) else {
      return PageReply(page: entry(.empty, typed: "", visit))
    }
    return found(typed, visit)
  }

  /// Sends the browser on to an address without the code, or says what is wrong with it.
  private func found(_ typed: String, _ visit: PageVisit) -> PageReply {
    switch host.lookUp(typed, by: visit.visitor) {
    case .found(let request):
      return confirming(request.userCode.display)
    case let failure: return PageReply(page: page(failure, typed: typed, visit))
    }
  }

  private func confirming(_ userCode: String) -> PageReply {
    let location = VisitGoal.request(handles.handle(for: userCode)).location
    return PageReply(page: .goOn(to: location), location: location)
  }

  /// The request behind a handle, to compare and decide.
  func compared(_ visit: PageVisit) -> PageReply {
    guard let handle = Form(visit.request.query)?["request"],
      let code = handles.userCode(behind: handle)
    else { return PageReply(page: .sessionLost) }
    switch host.lookUp(code, by: visit.visitor) {
    case .found(let request):
      if let decision = request.decision {
        return afterwards(decision, code, isSame: true, visit)
      }
      return confirm(request, .request(handle), visit)
    case let failure: return PageReply(page: page(failure, typed: code, visit))
    }
  }

  private func confirm(
    _ request: Verification, _ goal: VisitGoal, _ visit: PageVisit
  ) -> PageReply {
    guard let person = visit.person else {
      return whoSignsIn(visit, goal, address: goal.location)
    }
    let code = request.userCode.display
    let token = key.formToken(
      visit.session, for: .decide(userCode: code, person: person.name))
    let page = Page.confirm(
      request, as: person, otherPerson: visit.hasOthers ? goal.personLocation : nil,
      formToken: token)
    return PageReply(page: page, address: goal.location)
  }

  /// What the confirm page's buttons sent.
  ///
  /// The form token is bound to code and person, so that only a session that was shown the request,
  /// within the guess limits, can decide about it, and only as the person that it was shown.
  func decided(_ visit: PageVisit) -> PageReply {
    guard visit.isFromOwnSite else { return PageReply(page: .crossSite) }
    guard let form = visit.form, let code = form["user_code"], let person = form["person"],
      let verdict = form["decision"].flatMap(Verdict.init), verdict != .expire
    else { return PageReply(page: .unreadable) }
    guard visit.isKnown,
      key.isFormToken(
        form["form_token"], visit.session, for: .decide(userCode: code, person: person))
    else { return PageReply(page: .sessionLost) }
    switch host.decide(userCode: code, verdict, as: person) {
    case .done(let request):
      decisions.note(userCode: code, by: visit.session)
      return afterwards(request.decision ?? .approved, code, isSame: true, visit)
    case .conflict(let request):
      return afterwards(request.decision ?? .approved, code, isSame: false, visit)
    case .unknown: return PageReply(page: entry(.unknown, typed: code, visit))
    case .unknownPerson: return PageReply(page: .nobody)
    case .expired: return PageReply(page: entry(.expired, typed: code, visit))
    }
  }

  /// The decision that holds: its own page for the browser that made it, a conflict for others.
  private func afterwards(
    _ decision: Decision, _ code: String, isSame: Bool, _ visit: PageVisit
  ) -> PageReply {
    let isOwn = decisions.isDecided(userCode: code, by: visit.session)
    guard isOwn && isSame else {
      return PageReply(page: .conflict(decision, byThisBrowser: isOwn))
    }
    let path = decision == .approved ? "/device/done" : "/device/denied"
    let location = path + "?request=" + handles.handle(forDecided: decision)
    return PageReply(page: .goOn(to: location), location: location)
  }

  /// The page of a decision, also when it is loaded again.
  func ended(_ visit: PageVisit) -> PageReply {
    guard let handle = Form(visit.request.query)?["request"],
      let decision = handles.decision(behind: handle),
      (decision == .approved) == (visit.request.path == "/device/done")
    else { return PageReply(page: .pageLost) }
    let address = visit.request.path + "?request=" + handle
    return PageReply(page: .decided(decision), address: address)
  }

  private func page(_ failure: LookUp, typed: String, _ visit: PageVisit) -> Page {
    switch failure {
    case .malformed:
      let hasForeignLetters = UserCode.hasForeignLetters(typed)
      return entry(.malformed(hasForeignLetters: hasForeignLetters), typed: typed, visit)
    case .expired: return entry(.expired, typed: typed, visit)
    case .tooManyTries(let wait): return .tooManyTries(wait: wait)
    case .unknown, .found: return entry(.unknown, typed: typed, visit)
    }
  }

  private func entry(_ problem: EntryProblem?, typed: String, _ visit: PageVisit) -> Page {
    let token = key.formToken(visit.session, for: .enterCode)
    return .entry(typed: typed, problem: problem, formToken: token)
  }
}

extension Verification {
  /// What was decided, if anything was.
  fileprivate var decision: Decision? {
    switch standing {
    case .pending, .expired, .forgotten: nil
    case .denied: .denied
    case .approved, .redeemed: .approved
    }
  }
}
