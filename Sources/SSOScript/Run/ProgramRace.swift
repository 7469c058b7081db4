//  ProgramRace.swift - a program that must end in time.

import SSOOIDC

/// A program and its time limit, side by side.
struct ProgramRace: Sendable {
  let programs: any WorldPrograms
  let clock: any WorldClock
  /// Where both run: time that is simulated must not pass while a program is only waiting its turn.
  let executor: (any TaskExecutor)?
  /// Whether its standard error is for us, and not for the person.
  var capturesError = false

  /// How the program ended, or nil when it did not in time; it is left to itself then.
  func run(
    _ command: [String], _ input: [UInt8], within limit: Duration
  ) async throws(DoorError) -> ProgramEnd? {
    let (ends, end) = AsyncStream.makeStream(of: Result<ProgramEnd, DoorError>?.self)
    let program = Task(executorPreference: executor) {
      do throws(DoorError) {
        let ended = try await programs.runAside(
          command, input: input, capturesError: capturesError)
        end.yield(.success(ended))
      } catch {
        end.yield(.failure(error))
      }
    }
    let alarm = Task(executorPreference: executor) {
      _ = try? await clock.sleep(for: limit)
      end.yield(nil)
    }
    defer {
      program.cancel()
      alarm.cancel()
    }
    for await first in ends { return try first?.get() }
    return nil
  }
}
