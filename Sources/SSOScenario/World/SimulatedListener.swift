//  SimulatedListener.swift - the port of one machine to which a browser comes back.
//
//  Knows: one program at a time has a port; who calls it is not told apart.
//  Does not know: what the flow makes of a request.

internal import EventLoop
internal import SSOOIDC
internal import Synchronization

/// The ports of one machine.
final class SimulatedPorts: Sendable {
  private let listeners = Mutex<[Int: SimulatedListener]>([:])

  func take(_ port: Int, _ listener: SimulatedListener) -> Bool {
    listeners.withLock { listeners in
      guard listeners[port] == nil else { return false }
      listeners[port] = listener
      return true
    }
  }

  func free(_ port: Int, of listener: SimulatedListener) {
    listeners.withLock { if $0[port] === listener { $0[port] = nil } }
  }

  func free(of process: Int) {
    for listener in listeners.withLock({ $0.values.filter { $0.process == process } }) {
      listener.close()
    }
  }

  subscript(port: Int) -> SimulatedListener? { listeners.withLock { $0[port] } }

  /// Any that is open, the lowest port first.
  var first: SimulatedListener? {
    listeners.withLock { listeners in listeners.keys.min().flatMap { listeners[$0] } }
  }
}

/// The door of one program.
struct SimulatedListening: WorldListener {
  let home: SimulatedHome
  let process: Int
  let mishaps: ProgramMishaps

  func listen(ports: [Int]) async throws(ListenerError) -> any CallbackListener {
    var problem = "no port was named"
    for wanted in ports {
      problem = "127.0.0.1:\(wanted): Address already in use"
      if let fault = home.faults.next(.ports, "port \(wanted)") {
        home.stage.note("port", "\(wanted): \(fault.summary)")
        continue
      }
      let port = wanted == 0 ? 49_152 + home.stage.draw(below: 16_384) : wanted
      let listener = SimulatedListener(port: port, process: process, home: home, mishaps)
      if home.ports.take(port, listener) {
        listener.planStranger()
        return listener
      }
    }
    throw ListenerError(problem)
  }
}

/// One open port.
final class SimulatedListener: CallbackListener {
  private struct State {
    var requests: [SimulatedCallback] = []
    var waiter: CheckedContinuation<SimulatedCallback?, Never>?
    var page: CallbackPage?
    var isClosed = false
  }

  let port: Int
  let process: Int
  let home: SimulatedHome
  let mishaps: ProgramMishaps
  private let state = Mutex(State())

  init(port: Int, process: Int, home: SimulatedHome, _ mishaps: ProgramMishaps) {
    (self.port, self.process, self.home) = (port, process, home)
    self.mishaps = mishaps
  }

  var isClosed: Bool { state.withLock { $0.isClosed } }

  func next() async -> (any CallbackRequest)? { await nextCallback() }

  private func nextCallback() async -> SimulatedCallback? {
    await withTaskCancellationHandler {
      await home.stage.loop.withContinuation { wait($0) }
    } onCancel: {
      wake(nil)
    }
  }

  private func wait(_ continuation: CheckedContinuation<SimulatedCallback?, Never>) {
    let now: SimulatedCallback?? = state.withLock { state in
      if state.isClosed || Task.isCancelled { return .some(nil) }
      if !state.requests.isEmpty { return .some(state.requests.removeFirst()) }
      state.waiter = continuation
      return nil
    }
    if let now { continuation.resume(returning: now) }
  }

  /// A browser, or another program, asks for `target`; what goes wrong with that comes in its place.
  func visit(_ target: String) {
    for target in mishap(with: target) ?? [target] { ask(target) }
  }

  private func ask(_ target: String) {
    home.stage.note("browser", "comes back to the flow")
    let request = SimulatedCallback(target, home.stage)
    let page = state.withLock { $0.page }
    if let page { return request.answer(page) }
    wake(request)
  }

  func answerAll(with page: CallbackPage) {
    let waiting = state.withLock { state in
      defer { state.requests = [] }
      state.page = page
      return state.requests
    }
    for request in waiting { request.answer(page) }
  }

  func close() {
    state.withLock { $0.isClosed = true }
    home.ports.free(port, of: self)
    wake(nil)
  }

  private func wake(_ request: SimulatedCallback?) {
    let waiter = state.withLock { state in
      defer { state.waiter = nil }
      if state.waiter == nil, let request { state.requests.append(request) }
      return state.waiter
    }
    waiter?.resume(returning: request)
  }
}

/// One request of a browser.
final class SimulatedCallback: CallbackRequest {
  let target: String
  private let stage: ScenarioStage
  private let isAnswered = Mutex(false)

  init(_ target: String, _ stage: ScenarioStage) { (self.target, self.stage) = (target, stage) }

  func answer(_ page: CallbackPage) {
    let isFirst = isAnswered.withLock { isAnswered in
      defer { isAnswered = true }
      return !isAnswered
    }
    guard isFirst else { return }
    stage.note("browser", "shows the flow's page (\(page.status))", Array(page.html.utf8))
  }
}
