//  SimulatedDoors.swift - what else a program meets: terminal, browser, variables.

internal import SSOScript
internal import StrictJSON
internal import Synchronization

/// The terminal of one program: what it wrote, and what a person types.
final class SimulatedTerminal: WorldTerminal {
  private struct State {
    var output: [UInt8] = []
    var error: [UInt8] = []
    var all: [UInt8] = []
    var input: [UInt8]
    var answers: [String]
  }

  private let isTerminal: Bool
  /// Whether there is something to ask on: standard streams may lead elsewhere.
  private let takesQuestions: Bool
  private let hasReader: Bool
  private let stage: ScenarioStage
  private let state: Mutex<State>

  /// - Parameters:
  ///   - input: What standard input holds.
  ///   - answers: What the person answers, in order; then the input has ended, unless somebody comes. Without
  ///     them, terminal and anybody to come, there is nothing to ask on.
  ///   - isTerminal: Whether the streams are terminals.
  ///   - hasReader: Whether anybody still reads standard output.
  ///   - stage: Where people come from.
  init(
    input: String, answers: [String]?, isTerminal: Bool, hasReader: Bool, on stage: ScenarioStage
  ) {
    (self.isTerminal, self.hasReader, self.stage) = (isTerminal, hasReader, stage)
    takesQuestions = isTerminal || answers != nil
    state = Mutex(State(input: Array(input.utf8), answers: answers ?? []))
  }

  func write(_ bytes: [UInt8], to stream: StandardStream) throws(DoorError) {
    guard hasReader || stream == .error else { throw .system(.brokenPipe, "standard output") }
    state.withLock { state in
      state.all += bytes
      if stream == .error { state.error += bytes } else { state.output += bytes }
    }
  }

  func isTerminal(_ stream: StandardStream) -> Bool { isTerminal }

  func read(_ count: Int) async throws(DoorError) -> [UInt8] {
    state.withLock { state in
      let part = Array(state.input.prefix(count))
      state.input.removeFirst(part.count)
      return part
    }
  }

  func prompt(_ question: String, hidden: Bool) async throws(DoorError) -> String? {
    guard takesQuestions || stage.questions.hasSomebody else { throw .noTerminal(.noDevice) }
    let answer = state.withLock { state -> String? in
      state.all += Array((question + "\n").utf8)
      state.error += Array((question + "\n").utf8)
      return state.answers.isEmpty ? nil : state.answers.removeFirst()
    }
    if let answer { return answer }
    return await stage.questions.ask(on: self, stage.loop)
  }

  func qrCode(of text: String) throws(DoorError) -> String {
    guard text.utf8.count <= 1000 else { throw DoorError("the text is longer than 1000 bytes") }
    return "[QR code of \(text)]\n"
  }

  func text(_ stream: StandardStream?) -> String {
    String(decoding: bytes(stream), as: UTF8.self)
  }

  /// What was written to a stream; to both of them in turn, where none is named.
  func bytes(_ stream: StandardStream?) -> [UInt8] {
    state.withLock { state in
      switch stream {
      case .error: state.error
      case .output: state.output
      default: state.all
      }
    }
  }
}

/// A browser that remembers what was opened.
final class SimulatedBrowser: WorldBrowser {
  private let stage: ScenarioStage
  /// Why none can be opened: no display, over SSH.
  private let refusal: String?
  private let pages = Mutex<[String]>([])

  init(refusal: String?, on stage: ScenarioStage) { (self.refusal, self.stage) = (refusal, stage) }

  var opened: [String] { pages.withLock { $0 } }

  var obstacle: String? { refusal }

  func open(_ url: String) async throws(DoorError) {
    if let refusal {
      stage.note("browser", "cannot be opened")
      throw DoorError("no browser: \(refusal)")
    }
    pages.withLock { $0.append(url) }
    stage.note("browser", "shows a page", Array(url.utf8))
    stage.browserOpened(url)
  }
}

/// Variables of one program.
struct SimulatedEnvironment: WorldEnvironment {
  let values: [String: String]
  let mishaps: ProgramMishaps

  func value(_ name: String) -> String? {
    if name == ProgramMishaps.hookVariable { mishaps.hookRuns() }
    guard let found = values.index(forKey: name), values[found].key.hasSameBytes(as: name) else {
      return nil
    }
    return values[found].value
  }
}

/// The machine of one user: a disk and a clock, which outlive programs.
final class SimulatedHome: Sendable {
  let stage: ScenarioStage
  let faults: MachineFaults
  let disk: SimulatedDisk
  let clock: SimulatedClock
  let ports = SimulatedPorts()
  let environment: [String: String]
  let mishaps: MachineMishaps
  private let running = Mutex(0)

  init(environment: [String: String], on stage: ScenarioStage) {
    self.stage = stage
    self.environment = environment
    faults = MachineFaults(on: stage)
    mishaps = MachineMishaps(on: stage)
    disk = SimulatedDisk(faults, mishaps, on: stage)
    clock = SimulatedClock(stage.time)
  }

  /// Whether somebody else may use it while a program does.
  var isShared: Bool { running.withLock { $0 > 1 } }

  /// Counts those who use it: they start, or end.
  func count(_ change: Int) { running.withLock { $0 += change } }
}
