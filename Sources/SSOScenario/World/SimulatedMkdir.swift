//  SimulatedMkdir.swift - the program `mkdir`, which scripts have no function for.
//
//  Knows: what is there already, what it may not make, and what it says then.
//  Does not know: how its arguments are read (MkdirArguments).

internal import SSOScript

/// One call of `mkdir`.
struct SimulatedMkdir {
  let disk: SimulatedDisk
  let process: SimulatedProcess

  /// Makes what the arguments say; goes on where one of them cannot be made.
  func run(_ arguments: some Sequence<String>) throws(DoorError) -> ProgramEnd {
    var end = ProgramEnd(exitStatus: 0)
    let options: MkdirArguments
    do throws(ProgramComplaint) {
      options = try MkdirArguments(arguments)
    } catch {
      complain(error.text, &end)
      return end
    }
    for path in options.paths {
      let plan = disk.look { FolderPlan(path, options, on: $0) }
      if let (place, cause) = plan.refusal {
        complain("cannot create directory '\(place)': \(cause.words)", &end)
      } else if !plan.missing.isEmpty {
        try make(path, plan, options, &end)
      }
    }
    return end
  }

  private func make(
    _ path: String, _ plan: FolderPlan, _ options: MkdirArguments, _ end: inout ProgramEnd
  ) throws(DoorError) {
    let usual = 0o777 & ~process.umask
    do throws(DoorError) {
      try disk.step(process, plan.place, "create") { tree in
        // Whatever the umask, there is more to be made in those above.
        tree.makeFolder(DiskTree.parent(of: plan.place), mode: usual | 0o300)
        tree.makeFolder(plan.place, mode: options.mode ?? usual)
      }
    } catch {
      guard process.isAlive else { throw error }
      return complain(
        "cannot create directory '\(path)': \(error.cause.words)", &end)
    }
    guard options.isVerbose else { return }
    for made in plan.missing {
      end.output += Array("mkdir: created directory '\(made)'\n".utf8)
    }
  }

  private func complain(_ words: String, _ end: inout ProgramEnd) {
    end.exitStatus = 1
    end.error += Array("mkdir: \(words)\n".utf8)
  }
}

/// What is to be made of one path.
private struct FolderPlan {
  /// Canonical.
  private(set) var place = ""
  /// The folders that are not there, as the path names them.
  private(set) var missing: [String] = []
  /// What cannot be made, and the system's number for that.
  private(set) var refusal: (path: String, cause: DoorError.Cause)?

  init(_ path: String, _ options: MkdirArguments, on tree: DiskTree) {
    guard !path.isEmpty else {
      refusal = (path, .noEntry)
      return
    }
    guard options.makesParents else {
      place = tree.placeOfName(path)
      missing = [path]
      refusal = tree.refusal(ofFolder: place).map { (path, $0) }
      return
    }
    let start = SystemPath.isAbsolute(path) ? "/" : ""
    let parts = SystemPath.parts(path).filter { $0 != "." }
    place = tree.canonical(start + parts.joined(separator: "/"))
    for count in parts.indices.map({ $0 + 1 }) {
      let part = start + parts.prefix(count).joined(separator: "/")
      if tree[tree.canonical(part)]?.isFolder == true { continue }
      missing.append(part)
      guard missing.count == 1, let cause = tree.refusal(ofFolder: tree.placeOfName(part)) else {
        continue
      }
      let isAbove = count < parts.count || path.hasSuffix("/.")
      let isFileAbove = isAbove && tree[tree.canonical(part)] != nil
      refusal = (part, cause == .exists && isFileAbove ? .notDirectory : cause)
      return
    }
  }
}

extension DiskTree {
  /// Where a name is: of a link it is the link's place, not what that leads to.
  fileprivate func placeOfName(_ path: String) -> String {
    let parts = SystemPath.parts(path)
    guard let name = parts.last, name != ".", name != ".." else { return canonical(path) }
    let start = SystemPath.isAbsolute(path) ? "/" : ""
    let folder = canonical(start + parts.dropLast().joined(separator: "/"))
    return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
  }
}
