//  RunningProcess.swift - a flow that runs beside its scenario, to be waited for.

internal import EventLoop

/// A process under way.
final class RunningProcess: Sendable {
  let process: SimulatedProcess
  /// The same flow, started beside it by a fault.
  let twin: RunningProcess?
  private let task: Task<ProcessResult, Never>

  /// Starts it on the loop of the scenario, so long after now.
  ///
  /// Where that is left out, other processes that were started may come first, as the seed says.
  init(
    _ process: SimulatedProcess, after delay: Duration?, isAwaited: Bool, on stage: ScenarioStage
  ) {
    self.process = process
    let isTwofold = process.mishaps.strikes(.twin, "program \(process.number)")
    let isFirst = !stage.processes.contains { $0 !== process && $0.isAlive }
    let isDrawn = isTwofold || delay == nil && !isFirst
    let turns = isDrawn ? SimulatedTurns.drawn(stage) : 0
    // A scenario that does not wait may use the same disk, or start another one. All of them count
    // before the first begins.
    let users = isAwaited ? 1 : 2
    process.home.count(users)
    twin =
      isTwofold
      ? RunningProcess(process.again(), after: delay, isAwaited: isAwaited, on: stage) : nil
    task = Task(executorPreference: stage.loop.taskExecutor) {
      defer { process.home.count(-users) }
      await SimulatedTurns(process: process).give(turns)
      let result = await process.run(after: delay ?? .zero)
      guard stage.crash.hasEnded(process.number) else { return result }
      stage.crash.judge(process.home, after: process.number)
      let next = await process.again().run()
      stage.crash.judge(next, after: process.number)
      return next
    }
  }

  func result() async -> ProcessResult { await task.value }
}
