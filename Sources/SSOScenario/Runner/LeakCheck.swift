//  LeakCheck.swift - no secret leaves a scenario by its report.
//
//  Knows: what a flow says to people, the pages that it opens, the time line and the scenario's own
//  output are searched. What a flow prints on standard output is its data, and may be a token.
//  Does not know: what a secret looks like in base64 or in a form (SecretKeeper).

extension ScenarioReport {
  /// Replaces secrets in everything that is shown, and notes where there were any.
  ///
  /// The words of a failure are cleaned, too, but are no leak: an assertion that compares tokens has
  /// to show them to itself.
  mutating func hideSecrets(of stage: ScenarioStage) {
    let search = SecretSearch(stage)
    for process in stage.processes {
      note(search.redacted(process.standardError), "process \(process.number), standard error")
      let pages = process.pages.joined(separator: "\n")
      note(search.redacted(pages), "process \(process.number), pages that it opened")
    }
    // Polls are all alike: each text is searched once; also of events that no report has room for.
    let texts = stage.timeline.events.texts
    if search.mayFind(in: texts),
      let lines = search.redacted(texts.sorted().joined(separator: "\n"))
    {
      note(lines, "time line")
      for index in events.indices { events[index].text = search.cleaned(events[index].text) }
    }
    if let lines = search.redacted(output) {
      note(lines, "output of the scenario")
      output = search.cleaned(output)
    }
    for index in faults.indices { faults[index].text = search.cleaned(faults[index].text) }
    for index in draws.indices { draws[index].text = search.cleaned(draws[index].text) }
    used.clean(search)
    guard let failure else { return }
    self.failure?.message = search.cleaned(failure.message)
    self.failure?.traceback = search.cleaned(failure.traceback)
  }

  private mutating func note(_ lines: String?, _ place: String) {
    guard let lines else { return }
    let leak = "\(place):\n\(lines)"
    if !leaks.contains(leak) { leaks.append(leak) }
  }
}
