//  RunningProcess.swift - a flow that runs beside its scenario, to be waited for.

internal import EventLoop
internal import Synchronization

/// A process under way.
final class RunningProcess: Sendable {
  let process: SimulatedProcess
  private let task: Task<ProcessResult, Never>

  /// Starts it on the loop of the scenario, so long after now.
  ///
  /// Where that is left out, other processes that were started may come first, as the seed says.
  init(_ process: SimulatedProcess, after delay: Duration?, on stage: ScenarioStage) {
    self.process = process
    let isFirst = !stage.processes.contains { $0 !== process && $0.isAlive }
    let pause = delay ?? (isFirst ? .zero : .microseconds(stage.draw(below: 1000)))
    task = Task(executorPreference: stage.loop.taskExecutor) {
      let result = await process.run(after: pause)
      guard stage.crash.hasEnded(process.number) else { return result }
      stage.crash.judge(process.home, after: process.number)
      let next = await process.again().run()
      stage.crash.judge(next, after: process.number)
      return next
    }
  }

  func result() async -> ProcessResult { await task.value }
}
