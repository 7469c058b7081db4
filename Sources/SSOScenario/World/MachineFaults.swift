//  MachineFaults.swift - what goes wrong with a machine: its disk, its locks, its ports.
//
//  Knows: which fault is due, by plan and by chance.
//  Does not know: what programs make of it (SimulatedDisk, SimulatedListener).

internal import Synchronization

/// What goes wrong with a machine.
struct MachineFault: Sendable {
  /// What it is that fails.
  enum Part: Sendable {
    /// Changes of the disk.
    case disk
    /// Locks of files.
    case locks
    /// Ports to listen on.
    case ports
  }

  /// Of the catalogue.
  let id: String
  /// What a scenario may write instead: `full`.
  let kind: String
  let summary: String
  /// The system's number.
  let number: Int32
  var part = Part.disk
  /// Of the disk's changes: which it is about; `nil` means each.
  var isAbout: (@Sendable (DiskUse) -> Bool)?

  static let all = disk + names + others

  /// The one of this id or kind.
  static func named(_ name: String) -> MachineFault? {
    all.first { $0.id.lowercased() == name.lowercased() || $0.kind == name }
  }

  private static let disk: [MachineFault] = [
    Self(id: "F08", kind: "full", summary: "The disk is full.", number: 28),
    Self(id: "F09", kind: "io", summary: "The disk fails.", number: 5),
    Self(id: "F09b", kind: "quota", summary: "The quota is used up.", number: 122),
    Self(id: "F10", kind: "read_only", summary: "The disk is read-only.", number: 30),
    Self(id: "F17", kind: "descriptors", summary: "Too many files are open.", number: 24),
  ]

  /// Not drawn by chance: good programs never meet them, or any program meets them once.
  private static let names: [MachineFault] = [
    Self(
      id: "F16", kind: "long_names", summary: "Names of files have 143 bytes at most.", number: 36,
      isAbout: { $0.nameLength > 143 }),
    Self(
      id: "F16b", kind: "no_inodes", summary: "No new file can be made.", number: 28,
      isAbout: { $0.makesNew }),
  ]

  private static let others: [MachineFault] = [
    Self(
      id: "F05", kind: "no_locks", summary: "The file system gives no locks.", number: 37,
      part: .locks),
    Self(
      id: "F05b", kind: "locks_unsupported", summary: "The file system knows no locks.",
      number: 95, part: .locks),
    Self(
      id: "F20", kind: "no_ports", summary: "No port can be listened on.", number: 98, part: .ports),
  ]

  /// One of the disk's, by number.
  static func drawn(_ draw: (_ below: Int) -> Int) -> MachineFault { disk[draw(disk.count)] }
}

/// The faults of one machine.
final class MachineFaults: Sendable {
  private struct Plan {
    let fault: MachineFault
    /// Which uses of its part from now on it strikes; `nil` means each.
    let uses: Set<Int>?
    var seen = 0
  }

  private struct State {
    var plan: Plan?
    /// Of the command line: they strike wherever the scenario's own does not.
    var standing: [MachineFault] = []
    var chance = 0.0
  }

  private let stage: ScenarioStage
  private let state = Mutex(State())

  init(on stage: ScenarioStage) { self.stage = stage }

  /// Lets something fail from now on, or `nil`: not any more.
  func plan(_ fault: MachineFault?, uses: Set<Int>?) {
    state.withLock { $0.plan = fault.map { Plan(fault: $0, uses: uses) } }
  }

  /// Lets something fail always.
  func add(standing fault: MachineFault) { state.withLock { $0.standing.append(fault) } }

  /// Lets changes of the disk fail, this share of them.
  func setChance(_ rate: Double) { state.withLock { $0.chance = rate } }

  /// The fault that this use of a part meets.
  ///
  /// - Parameters:
  ///   - part: What is used.
  ///   - what: For messages: `disk, write`.
  ///   - use: Of the disk.
  /// - Returns: `nil` where all is well.
  func next(
    _ part: MachineFault.Part, _ what: String, _ use: DiskUse? = nil
  ) -> MachineFault? {
    let (planned, rate) = state.withLock { state -> (MachineFault?, Double) in
      let standing = state.standing.first { $0.part == part && $0.isAbout(use) }
      guard let fault = state.plan?.fault, fault.part == part, fault.isAbout(use) else {
        return (standing, state.chance)
      }
      state.plan?.seen += 1
      let isDue = state.plan.map { $0.uses?.contains($0.seen) ?? true } ?? false
      return (isDue ? state.plan?.fault : standing, state.chance)
    }
    if let planned {
      stage.noteStrike("\(what): \(planned.id) \(planned.summary)")
      return planned
    }
    guard part == .disk, rate > 0, stage.happens(rate) else { return nil }
    let fault = MachineFault.drawn { stage.draw(below: $0) }
    return stage.strikes("\(what): \(fault.id) \(fault.summary)") ? fault : nil
  }
}

extension MachineFault {
  fileprivate func isAbout(_ use: DiskUse?) -> Bool {
    guard let isAbout, let use else { return true }
    return isAbout(use)
  }
}

/// One change of a disk, as far as faults look at it.
struct DiskUse: Sendable {
  /// `write`, `create`, `rename to`.
  let what: String
  let path: String
  /// What is there before it.
  let node: DiskNode?

  /// A write to an open file that has lost its name, to which no fault of a file can happen.
  static let writeToRemoved = "write to the removed"

  init(_ what: String, _ path: String, _ tree: DiskTree) {
    (self.what, self.path) = (what, path)
    node = what == Self.writeToRemoved ? nil : tree[path]
  }

  var nameLength: Int { path.utf8.count - DiskTree.parent(of: path).utf8.count - 1 }
  /// A name that is given to what was there before is none.
  var makesNew: Bool {
    node == nil && !["rename to", "remove", Self.writeToRemoved].contains(what)
  }
}
