//  SimulatedDisk.swift - the disk of one machine: its tree, its locks.
//
//  Knows: each change is a step, at which the disk may fail or the program may end.
//  Does not know: how a program opens files (SimulatedFiles, SimulatedCacheFolder), which fault is due
//  (MachineFaults).

internal import SSOScript
internal import Synchronization

/// The disk of one machine.
final class SimulatedDisk: Sendable {
  private struct State {
    var tree = DiskTree()
    var crashChance: Double = 0
    /// Locked files, and who holds them.
    var locks: [String: Int] = [:]
    /// Programs that wait in a call, and give nothing back.
    var blocked: Set<Int> = []
  }

  private let stage: ScenarioStage
  private let faults: MachineFaults
  private let mishaps: MachineMishaps
  private let state = Mutex(State())

  init(_ faults: MachineFaults, _ mishaps: MachineMishaps, on stage: ScenarioStage) {
    (self.faults, self.mishaps, self.stage) = (faults, mishaps, stage)
  }

  /// Looks at the tree.
  func look<Value: Sendable>(_ body: (DiskTree) -> Value) -> Value {
    state.withLock { body($0.tree) }
  }

  /// Changes the tree from outside: nothing can go wrong.
  func arrange(_ change: (inout DiskTree) -> Void) { state.withLock { change(&$0.tree) } }

  /// Puts an entry in place, and the folders above it.
  func arrange(_ node: DiskNode, at path: String) throws(DoorError) {
    try state.withLock { state throws(DoorError) in
      if let cause = state.tree.misfit(of: node, at: path) { throw .system(cause, path) }
      state.tree.makeFolder(DiskTree.parent(of: path))
      state.tree.put(node, at: path, isSynced: true)
    }
  }

  // MARK: Open files

  /// Opens the file at a path; gives its number.
  func open(_ path: String) -> Int { state.withLock { $0.tree.open(path) } }
  func close(_ number: Int) { state.withLock { $0.tree.close(number) } }

  // MARK: Steps of programs

  /// Makes one change for a program.
  ///
  /// - Parameters:
  ///   - process: Which program.
  ///   - path: For messages.
  ///   - what: For messages: `write`.
  ///   - content: What is written.
  ///   - torn: What is left when the program ends within the change.
  ///   - change: What is to be done.
  /// - Throws: ``DoorError`` of the fault that struck, or of a program that has ended.
  func step(
    _ process: SimulatedProcess, _ path: String, _ what: String, _ content: [UInt8] = [],
    torn: (inout DiskTree) -> Void = { _ in }, _ change: (inout DiskTree) -> Void
  ) throws(DoorError) {
    guard process.isAlive else { throw .killed }
    let isPlanned = stage.crash.count(path, by: process.number)
    let isKilled = process.countStep(writes: !content.isEmpty)
    let isCrash = isKilled || isPlanned || isCrashByChance(what, path)
    if isCrash {
      state.withLock { torn(&$0.tree) }
      stage.note("disk", "\(what) \(path)\(process.authorship): the program ends here", content)
      process.kill(status: 137)
      throw .killed
    }
    let swap = try meet(process, path, what)
    state.withLock { state in
      swap?(&state.tree)
      change(&state.tree)
    }
    stage.note("disk", "\(what) \(path)\(process.authorship)", content)
    guard mishaps.losesPower(after: what) else { return }
    process.home.losePower()
    throw .killed
  }

  /// What happens to the entry right before a change; by its end nothing holds what is to be changed.
  private func meet(
    _ process: SimulatedProcess, _ path: String, _ what: String
  ) throws(DoorError) -> ((inout DiskTree) -> Void)? {
    let use = look { DiskUse(what, path, $0) }
    if let fault = faults.next(.disk, "disk, \(what)", use) {
      stage.note("disk", "\(what) \(path)\(process.authorship): \(fault.summary)")
      throw .system(DoorError.Cause(fault.number), path)
    }
    return mishaps.swap(use)
  }

  private func isCrashByChance(_ what: String, _ path: String) -> Bool {
    let rate = state.withLock { $0.crashChance }
    return rate > 0 && stage.happens(rate)
      && stage.strikes("disk: the program ends at \(what) \(path)")
  }

  /// Lets programs end within changes, this share of them.
  func setChance(crashes: Double) { state.withLock { $0.crashChance = crashes } }

  func losePower() {
    stage.note("disk", "the power is cut")
    state.withLock { state in
      state.tree.losePower { stage.draw(below: $0) }
      state.locks = [:]
    }
  }

  // MARK: Locks

  /// Takes a lock, unless another process has it.
  ///
  /// - Throws: ``DoorError`` of a file system that has no locks.
  func lock(_ path: String, for process: Int) throws(DoorError) -> Bool {
    if let fault = faults.next(.locks, "lock") {
      stage.note("disk", "lock \(path): \(fault.summary)")
      throw .system(DoorError.Cause(fault.number), path)
    }
    return state.withLock { state in
      guard state.locks[path] == nil else { return false }
      state.locks[path] = process
      return true
    }
  }

  /// Gives a lock back; by then another process may have it.
  func unlock(_ path: String, for process: Int) {
    state.withLock { state in
      guard !state.blocked.contains(process) else { return }
      if state.locks[path] == process { state.locks[path] = nil }
    }
  }

  func isLocked(_ path: String, by process: Int) -> Bool {
    state.withLock { $0.locks[path] == process }
  }

  /// Lets a program keep its locks until it has ended.
  func keepLocks(of process: Int) { state.withLock { _ = $0.blocked.insert(process) } }

  /// The kernel's locks vanish with their holder.
  func releaseLocks(of process: Int) {
    state.withLock { state in
      state.blocked.remove(process)
      for (path, holder) in state.locks where holder == process { state.locks[path] = nil }
    }
  }
}

extension DoorError {
  /// What a program hears that has ended.
  static let killed = DoorError("the process was killed")
}
