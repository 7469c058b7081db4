//  SimulatedService+Pages.swift - the authorization page, and where a browser goes from there.

internal import EventLoop
internal import IdentityService

extension SimulatedService {
  /// A program has opened a page: a service that approves by itself keeps the browser waiting there, and
  /// sends it on, unless somebody was quicker.
  func pageOpened(_ page: String) {
    guard let approvalDelay, let target = NetworkTarget(page), target.path == "/authorize" else {
      return
    }
    stage.expect("the service approves", in: approvalDelay)
    stage.schedule(at: stage.loop.now + approvalDelay) { [self] in
      let asked = AuthorizationQuery(target.query, waited: approvalDelay)
      guard stage.isOpen(page), let address = authorize(asked) else { return }
      stage.closePage()
      stage.note("service", "approves by itself in the browser")
      stage.browserGoes(to: address)
    }
  }
}

extension ScenarioStage {
  /// The browser is sent to the port of a flow.
  func browserGoes(to address: String) {
    guard let target = NetworkTarget(address) else { return }
    let listener = homes.lazy.compactMap { $0.ports[target.port] }.first
    guard let listener else { return note("browser", "finds nobody at the flow's port") }
    listener.visit("\(target.path)?\(target.query)")
  }
}
