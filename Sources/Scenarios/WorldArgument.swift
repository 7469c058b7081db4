//  WorldArgument.swift - in which world scenarios run: simulated, behind a socket, or recorded.

internal import ArgumentParser
internal import LiveWorld
internal import SSOScenario
internal import SSOScript

/// `sim`, `serve`, or `replay:FILE`.
enum WorldArgument: ExpressibleByArgument {
  case sim, serve
  case replay(String)

  init?(argument: String) {
    switch argument {
    case "sim": self = .sim
    case "serve": self = .serve
    default:
      guard argument.hasPrefix("replay:"), argument != "replay:" else { return nil }
      self = .replay(String(argument.dropFirst("replay:".count)))
    }
  }

  var defaultValueDescription: String { "sim" }

  /// As it is written; `nil` for the simulation.
  var name: String? {
    switch self {
    case .sim: nil
    case .serve: "serve"
    case .replay(let file): "replay:\(file)"
    }
  }
}

/// Where services are, and what is kept of what they say.
struct ScenarioSurroundings {
  /// The world as the user names it; `nil` for the simulation.
  let name: String?
  /// `nil` for this process.
  var makeRules: ScenarioRulesMaker?
  var recording: Recording?
  /// Goes through scenarios step by step.
  let stepper: ScenarioStepper?
  /// Ends its wait for a line.
  let stepEnd = Cancellation()
  /// What was kept of values.
  let snapshots: SnapshotStore
  /// What is said, for readers of HAR.
  let archive: HTTPArchive?
  /// What is given to all scenarios.
  let given: GivenSettings

  /// - Throws: `ValidationError` when this build has no server, or a recording is none.
  init(_ command: TestCommand) throws {
    let options = command.running
    let prompt = StepPrompt(cancellation: stepEnd)
    stepper = options.step ? ScenarioStepper(prompt) : nil
    snapshots = SnapshotStore(updates: options.updateSnapshots)
    archive = command.reporting.har == nil ? nil : HTTPArchive()
    given = try GivenSettings(command.given)
    name = options.world.name
    if options.record != nil { recording = Recording() }
    switch options.world {
    case .sim: break
    case .serve: makeRules = try Self.served()
    case .replay(let file): recording = try Self.recording(file)
    }
  }

  private static func served() throws -> ScenarioRulesMaker {
    #if Server
      return { ServedRules($0, $1) }
    #else
      throw ValidationError("--world serve: this build has no identity service.")
    #endif
  }

  private static func recording(_ file: String) throws -> Recording {
    do throws(DoorError) {
      let bytes = try ThisProcess.read(file, limit: 256 << 20)
      if let recording = Recording(bytes) { return recording }
    } catch {
      throw ValidationError("--world replay: \(error.message).")
    }
    throw ValidationError("--world replay: \(file) is not what --record writes.")
  }
}
