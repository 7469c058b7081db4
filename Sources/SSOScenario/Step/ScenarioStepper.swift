//  ScenarioStepper.swift - stops before the clock of a scenario moves, and asks a person what to do.
//
//  Knows: when to ask, what to answer. Does not know: how a line is read (Scenarios).

internal import Synchronization

/// The door to the person.
public protocol StepTerminal: Sendable {
  /// Shows text; it holds no secret.
  func show(_ text: String)
  /// The next line, waiting for it; `nil` when there will be none.
  func line() -> String?
}

/// Goes through scenarios step by step; the thread of the scenario waits meanwhile.
public final class ScenarioStepper: Sendable {
  private struct State {
    var stage: ScenarioStage?
    var plan = StepPlan()
    var onQuit: @Sendable () -> Void = {}
  }

  private let terminal: any StepTerminal
  private let state = Mutex(State())

  /// - Parameter terminal: Who is asked.
  public init(_ terminal: any StepTerminal) { self.terminal = terminal }

  /// Calls `action` once the person wants no more.
  public func whenQuit(_ action: @escaping @Sendable () -> Void) {
    state.withLock { $0.onQuit = action }
  }

  /// Whether the person wanted no more.
  public var hasQuit: Bool { state.withLock { $0.plan.isOver } }

  func begin(_ stage: ScenarioStage) {
    let isOver = state.withLock { state in
      state.stage = stage
      state.plan.begin()
      return state.plan.isOver
    }
    let words = "\n\(stage.name) (\(ReplaySeed(seed: stage.seed)))\n"
    if !isOver { terminal.show(ReportText.printable(words)) }
  }

  func end() {
    let stage = state.withLock { state in
      defer { state.stage = nil }
      return state.plan.isOver ? nil : state.stage
    }
    if let stage { showNew(stage) }
  }

  /// Before the clock moves; returns when it may.
  ///
  /// - Parameter next: The time of the loop to which it is to move.
  func pause(before next: Duration) {
    guard let stage = state.withLock({ $0.stage }) else { return }
    let moment = next - stage.time.origin
    guard state.withLock({ $0.plan.stops(before: moment) }) else { return }
    showNew(stage)
    terminal.show(StepView(stage).move(to: moment))
    while true {
      terminal.show("(step) ")
      guard let line = terminal.line() else { return quit() }
      if goesOn(line, stage) { return }
    }
  }

  private func goesOn(_ line: String, _ stage: ScenarioStage) -> Bool {
    do throws(StepCommand.Problem) {
      let command = try StepCommand(line)
      let now = stage.time.elapsed
      let moves = try state.withLock { state throws(StepCommand.Problem) in
        try state.plan.take(command, at: now)
      }
      if command == .quit { quit() }
      if !moves { terminal.show(StepView(stage).text(command)) }
      return moves
    } catch {
      terminal.show("\(error.words)\n")
      return false
    }
  }

  private func quit() {
    let action = state.withLock { state in
      _ = try? state.plan.take(.quit, at: .zero)
      return state.onQuit
    }
    action()
  }

  private func showNew(_ stage: ScenarioStage) {
    let events = stage.timeline.events
    let new = state.withLock { $0.plan.new(of: events.count) }
    terminal.show(StepView(stage).text(events.last(new)))
  }
}
