//  SimulatedDisk.swift - the disk of one machine: its tree, its faults, its locks.
//
//  Knows: each change is a step, at which the disk may fail or the program may end.
//  Does not know: how a program opens files (SimulatedFiles, SimulatedCacheFolder).

internal import SSOScript
internal import Synchronization

/// What goes wrong with a disk.
struct DiskFault: Sendable, Equatable {
  /// Of the catalogue.
  let id: String
  /// What a scenario may write instead: `full`.
  let kind: String
  let summary: String
  /// The system's number.
  let number: Int32

  static let all: [DiskFault] = [
    Self(id: "F08", kind: "full", summary: "The disk is full.", number: 28),
    Self(id: "F09", kind: "io", summary: "The disk fails.", number: 5),
    Self(id: "F09b", kind: "quota", summary: "The quota is used up.", number: 122),
    Self(id: "F10", kind: "read_only", summary: "The disk is read-only.", number: 30),
    Self(id: "F17", kind: "descriptors", summary: "Too many files are open.", number: 24),
  ]
}

/// The disk of one machine.
final class SimulatedDisk: Sendable {
  private struct State {
    var tree = DiskTree()
    /// The fault, and which steps from now on it strikes; `nil` means each.
    var fault: (fault: DiskFault, steps: Set<Int>?, seen: Int)?
    var chance: Double = 0
    var crashChance: Double = 0
    /// Locked files, and who holds them.
    var locks: [String: Int] = [:]
  }

  private let stage: ScenarioStage
  private let state = Mutex(State())

  init(on stage: ScenarioStage) { self.stage = stage }

  /// Looks at the tree.
  func look<Value: Sendable>(_ body: (DiskTree) -> Value) -> Value {
    state.withLock { body($0.tree) }
  }

  /// Changes the tree from outside: nothing can go wrong.
  func arrange(_ change: (inout DiskTree) -> Void) { state.withLock { change(&$0.tree) } }

  // MARK: Steps of programs

  /// Makes one change for a program.
  ///
  /// - Parameters:
  ///   - process: Which program.
  ///   - path: For messages.
  ///   - what: For messages: `write`.
  ///   - torn: What is left when the program ends within the change.
  ///   - change: What is to be done.
  /// - Throws: ``DoorError`` of the fault that struck, or of a program that has ended.
  func step(
    _ process: SimulatedProcess, _ path: String, _ what: String,
    torn: (inout DiskTree) -> Void = { _ in }, _ change: (inout DiskTree) -> Void
  ) throws(DoorError) {
    guard process.isAlive else { throw .killed }
    let isPlanned = stage.crash.count(path, by: process.number)
    let isCrash = process.countStep() || isPlanned || isCrashByChance(what, path)
    if isCrash {
      state.withLock { torn(&$0.tree) }
      stage.note("disk", "\(what) \(path): the program ends here")
      process.kill(status: 137)
      throw .killed
    }
    if let fault = nextFault(what, path) {
      stage.note("disk", "\(what) \(path): \(fault.summary)")
      throw .system(fault.number, path)
    }
    state.withLock { change(&$0.tree) }
    stage.note("disk", "\(what) \(path)")
  }

  private func isCrashByChance(_ what: String, _ path: String) -> Bool {
    let rate = state.withLock { $0.crashChance }
    return rate > 0 && stage.happens(rate)
      && stage.strikes("disk: the program ends at \(what) \(path)")
  }

  private func nextFault(_ what: String, _ path: String) -> DiskFault? {
    let (planned, rate) = state.withLock { state in
      state.fault?.seen += 1
      let isDue = state.fault.map { $0.steps?.contains($0.seen) ?? true } ?? false
      return (isDue ? state.fault?.fault : nil, state.chance)
    }
    if let planned {
      stage.noteStrike("disk, \(what): \(planned.id) \(planned.summary)")
      return planned
    }
    guard rate > 0, stage.happens(rate) else { return nil }
    let fault = DiskFault.all[stage.draw(below: DiskFault.all.count)]
    return stage.strikes("disk, \(what): \(fault.id) \(fault.summary)") ? fault : nil
  }

  // MARK: Plans

  /// Lets the disk fail from now on, or `nil`: not any more.
  func fail(with fault: DiskFault?, steps: Set<Int>?) {
    state.withLock { $0.fault = fault.map { ($0, steps, 0) } }
  }

  func setChance(faults: Double, crashes: Double) {
    state.withLock { ($0.chance, $0.crashChance) = (faults, crashes) }
  }

  func losePower() {
    stage.note("disk", "the power is cut")
    state.withLock { state in
      state.tree.losePower { stage.draw(below: $0) }
      state.locks = [:]
    }
  }

  // MARK: Locks

  /// Takes a lock, unless another process has it.
  func lock(_ path: String, for process: Int) -> Bool {
    state.withLock { state in
      guard state.locks[path] == nil else { return false }
      state.locks[path] = process
      return true
    }
  }

  /// Gives a lock back; by then another process may have it.
  func unlock(_ path: String, for process: Int) {
    state.withLock { state in
      if state.locks[path] == process { state.locks[path] = nil }
    }
  }

  /// The kernel's locks vanish with their holder.
  func releaseLocks(of process: Int) {
    state.withLock { state in
      for (path, holder) in state.locks where holder == process { state.locks[path] = nil }
    }
  }
}

extension DoorError {
  /// What a program hears that has ended.
  static let killed = DoorError("the process was killed")
}
