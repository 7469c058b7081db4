//  ProcessRequest.swift - what a scenario asks to be run, and what came of it.

internal import LuaEngine
internal import SSOScript

/// A signal that a program may clean up after.
enum StoppingSignal: String, Sendable, CaseIterable {
  case hangUp = "HUP"
  case interrupt = "INT"
  case terminate = "TERM"

  /// As a shell gives it: 128 and the signal's number.
  var status: Int32 {
    switch self {
    case .hangUp: 129
    case .interrupt: 130
    case .terminate: 143
    }
  }
}

/// What a scenario asks to be run.
struct ProcessRequest: Sendable {
  var source: [UInt8] = []
  /// As the scenario named it.
  var path = ""
  /// The real folder that `require` reads from.
  var moduleRoot = ""
  var arguments: [String] = []
  var environment: [String: String] = [:]
  var input = ""
  /// To questions; with none, not even an empty list, there may be no terminal to ask on.
  var answers: [String]?
  var isTerminal = false
  /// Whether anybody still reads standard output.
  var hasReader = true
  var browserRefusal: String?
  var programs: [String: SimulatedProgram] = [:]
  /// Policies in force, with their level.
  var policies: [PolicySource] = []
  /// Of virtual time.
  var limit = Duration.seconds(86_400)
  /// The step of the disk at which the program ends, from 1.
  var crashAt: Int?
  /// Those of the flow and of its policies.
  var moduleRoots: [String] { [moduleRoot] + policies.compactMap(\.folder) }
  /// What it takes from the permissions of what it makes.
  var umask = 0o022
  /// Virtual time after which it is killed.
  var killAfter: Duration?
  /// The signal that it is sent.
  var signal = StoppingSignal.interrupt
  /// Virtual time after which it is sent that.
  var signalAfter: Duration?
  /// The step of the disk at which it is sent that, from 1.
  var signalAt: Int?
  /// What goes wrong with it, the scenario's own first.
  var mishaps: [ProgramPlan] = []
  /// Where its lines are counted.
  var coverage: LuaCoverage?
}

/// How a run ended, and what it did.
struct ProcessResult: Sendable {
  var exit: Int32
  var elapsed: Duration
  /// What it wrote to its streams, in turn.
  var output: [UInt8]
  var standardOutput: [UInt8]
  var standardError: [UInt8]
  /// What ended it too early, as it is on standard error, and of an error its `error` or `code`.
  var failure: String?
  var failureCode: String?
  var pages: [String]
  var calls: [ServiceCall]
  var steps: Int

  /// For a person.
  var errorText: String { String(decoding: standardError, as: UTF8.self) }
}
