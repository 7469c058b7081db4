//  ScriptHost+Input.swift - standard input: one read at a time for all who wait for it.

import EventLoop
import LuaEngine
import Synchronization

extension ScriptHost {
  /// Reads as `io.read` does; for an iterator, failures are raised, since a loop could not see them.
  func readInput(_ formats: [ReadFormat], _ isLine: Bool) async throws(ScriptFailure) -> [LuaValue]
  {
    showRest()
    do throws(DoorError) { return try await takeInput(formats) } catch {
      guard isLine else { return error.results }
      throw .door(error, "file:lines")
    }
  }

  private func takeInput(_ formats: [ReadFormat]) async throws(DoorError) -> [LuaValue] {
    var progress = ReadProgress(formats)
    defer { progress.giveBack(to: &input) }
    while !progress.advance(&input) {
      if let more = try await nextInput() { progress.hear(of: more) }
      // Nobody waits any more: what has come is for the next who reads.
      if Task.isCancelled { return [] }
    }
    return progress.results
  }

  /// Reads once for all who wait; nil where what was read for is not wanted any more.
  private func nextInput() async throws(DoorError) -> [UInt8]? {
    guard !options.isAside else { return [] }
    let current = if let reading { reading } else { try startReading() }
    reading = current
    let result = await current.result()
    let isFirst = reading === current
    if isFirst { reading = nil }
    let more = try result.get()
    if isFirst { input.append(more) }
    return more.isEmpty && current.isGivenUp ? nil : more
  }

  private func startReading() throws(DoorError) -> InputReading {
    let count = try input.room()
    return InputReading(
      Task(executorPreference: system?.loop.taskExecutor) { [terminal = world.terminal] in
        do throws(DoorError) { return .success(try await terminal.read(count)) } catch {
          return .failure(error)
        }
      })
  }
}

/// A read from standard input, given up by the last who waited for it: what comes later may be for others,
/// such as the answer to a hidden question.
final class InputReading: Sendable {
  private let task: Task<Result<[UInt8], DoorError>, Never>
  private let waiting = Atomic(0)

  init(_ task: Task<Result<[UInt8], DoorError>, Never>) { self.task = task }

  /// Whether nobody waited any more before it was done.
  var isGivenUp: Bool { task.isCancelled }

  /// What came.
  func result() async -> Result<[UInt8], DoorError> {
    waiting.add(1, ordering: .relaxed)
    return await withTaskCancellationHandler {
      await task.value
    } onCancel: {
      if waiting.subtract(1, ordering: .relaxed).newValue == 0 { task.cancel() }
    }
  }
}
