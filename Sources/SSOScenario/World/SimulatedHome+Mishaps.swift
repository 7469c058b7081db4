//  SimulatedHome+Mishaps.swift - how what goes wrong with a machine happens to it: at once, or at a time.

internal import EventLoop

/// Why a fault cannot be planned here.
struct MishapError: Error {
  let message: String

  init(_ message: String) { self.message = message }
}

extension SimulatedHome {
  /// Lets something go wrong, now or later.
  ///
  /// - Throws: Where it is about a file, and there is none.
  func plan(_ plan: MachinePlan) throws(MishapError) {
    switch plan.act {
    case .variables(_, let files):
      for (path, text) in files {
        let node = DiskNode(content: .file(Array(text.utf8)), mode: 0o600)
        disk.arrange { $0.put(node, at: path, isSynced: true) }
      }
      mishaps.add(plan)
    case .swap: mishaps.add(plan)
    case .powerLoss where plan.after == nil: mishaps.add(plan)
    default: if let after = plan.after { schedule(plan, after) } else { try happen(plan) }
    }
  }

  private func schedule(_ plan: MachinePlan, _ after: Duration) {
    let generation = mishaps.generation
    stage.expect("\(plan.mishap.id) happens", in: after)
    stage.schedule(at: stage.loop.now + after) { [self] in
      guard mishaps.generation == generation else { return }
      do throws(MishapError) {
        try happen(plan)
      } catch {
        stage.note("disk", error.message)
      }
    }
  }

  private func happen(_ plan: MachinePlan) throws(MishapError) {
    switch plan.act {
    case .jump(let time): jump([clock], by: time)
    case .sleep(let time): jump(stage.services.map(\.clock) + stage.homes.map(\.clock), by: time)
    case .file(let mishap): try change(plan, mishap)
    case .folder(let mode, let isForeign): linkFolder(plan, mode, isForeign)
    case .powerLoss: losePower()
    case .variables, .swap: return
    }
    stage.noteStrike("\(plan.place): \(plan.mishap.text)")
  }

  private func jump(_ clocks: [SimulatedClock], by time: Duration) {
    for clock in clocks { clock.jump(by: time) }
    let who = clocks.count == 1 ? "jumps" : "of everybody jumps"
    stage.note("clock", "\(who) by \(ScenarioDuration.text(time))")
  }

  // MARK: Files

  private func change(_ plan: MachinePlan, _ mishap: FileMishap) throws(MishapError) {
    let paths = disk.look { tree in
      (plan.path.map { [tree.lexical($0)] } ?? tree.cachedFiles).filter { tree[$0]?.bytes != nil }
    }
    guard !paths.isEmpty else { throw MishapError(plan.noFile) }
    for path in paths {
      disk.arrange { $0.mishap(mishap, at: path) }
      stage.note("disk", "\(path): \(plan.mishap.summary)")
    }
  }

  private func linkFolder(_ plan: MachinePlan, _ mode: Int, _ isForeign: Bool) {
    let folders = disk.look { tree in plan.path.map { [tree.lexical($0)] } ?? tree.cacheFolders }
    for folder in folders {
      let node = DiskNode(content: .folder, mode: mode, isForeign: isForeign)
      disk.arrange { $0.linkFolder(folder, node) }
      stage.note("disk", "\(folder): \(plan.mishap.summary)")
    }
  }

  /// Every program on this machine ends with it.
  func losePower() {
    for process in stage.processes where process.home === self { process.kill() }
    disk.losePower()
  }
}

extension MachinePlan {
  /// For the time line.
  fileprivate var place: String {
    switch act {
    case .jump, .sleep: "clock"
    default: "disk"
    }
  }

  fileprivate var noFile: String {
    if let path { return "\(mishap.id) is about a file, and there is none at \(path)" }
    return
      "\(mishap.id) is about cached files (.json in a folder named cache), and there is none yet: "
      + "plan it when there is one, or say path = …, or after = \"12s\""
  }
}
