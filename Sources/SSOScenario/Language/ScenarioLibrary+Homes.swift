//  ScenarioLibrary+Homes.swift - homes: the files of a machine, and what happens to it.

internal import LuaEngine
internal import SSOScript

extension ScenarioLibrary {
  var fileMethods: [APIFunction] {
    let path = APIParameter("path", .string, "From the home, or absolute.")
    return [
      file(
        "write", "Writes a file, and the folders above it.",
        [
          path, APIParameter("text", .bytes),
          APIParameter("options", .table, required: false, "mode (\"0600\"), foreign."),
        ]
      ) { home, path, arguments throws(ScriptFailure) in
        try home.write(path, arguments)
        return .none
      },
      file(
        "folder", "Makes a folder, or changes the one that is there.",
        [path, APIParameter("options", .table, required: false, "mode (\"0700\"), foreign.")]
      ) { home, path, arguments throws(ScriptFailure) in
        try home.makeFolder(path, arguments)
        return .none
      },
      file(
        "link", "Makes a link, and the folders above it.", [path, APIParameter("target", .string)]
      ) {
        home, path, arguments throws(ScriptFailure) in
        let node = DiskNode(content: .link(arguments.text("target") ?? ""), mode: 0o777)
        // Where it is, and not where it leads to.
        let names = SystemPath.parts(path)
        let folder = home.disk.look {
          $0.canonical("/" + names.dropLast().joined(separator: "/"))
        }
        let above = folder == "/" ? "" : folder
        try home.put(node, at: "\(above)/\(names.last ?? "")", "home:link")
        return .none
      },
      file("read", "Gives what a file holds, or nil.", [path]) {
        home, path, _ throws(ScriptFailure) in
        .value(home.disk.look { $0[$0.canonical(path)]?.bytes }.map(LuaValue.init(bytes:)) ?? .nil)
      },
      file("remove", "Removes a file, or a folder and what is in it.", [path]) {
        home, path, _ throws(ScriptFailure) in
        home.disk.arrange { $0.clear(path) }
        return .none
      },
      file("names", "The names in a folder, in order.", [path]) {
        home, path, _ throws(ScriptFailure) in
        let names = home.disk.look { $0.names(in: $0.canonical(path)) }
        return .value(.table(LuaTable(items: names.map(LuaValue.string), kind: .list)))
      },
    ]
  }

  /// What happens to a machine as a whole.
  var machineMethods: [APIFunction] {
    [
      method(
        "home", "fault", "Lets the machine fail from now on; without a plan: not any more.",
        [
          APIParameter(
            "plan", .any, required: false,
            "See fault(); calls are changes of the disk, locks or ports, as the fault is about; after "
              + "says when it happens, path to which file.")
        ]
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .home(let home) = object else { return .none }
        try FaultOptions.plan(arguments["plan"], on: home)
        return .none
      },
      method(
        "home", "visit", "Another program asks the port that a flow listens on for this.",
        [APIParameter("target", .string, "`/oauth/callback?code=x&state=y`.")], results: "boolean"
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .home(let home) = object, let listener = home.ports.first else {
          return .value(false)
        }
        listener.visit(arguments.text("target") ?? "/")
        return .value(true)
      },
      method("home", "power_loss", "Cuts the power: what was not synced may be lost.") {
        object, _, _ throws(ScriptFailure) in
        if case .home(let home) = object { home.losePower() }
        return .none
      },
    ]
  }

  private func file(
    _ name: String, _ summary: String, _ parameters: [APIParameter],
    _ act:
      @escaping @Sendable (SimulatedHome, String, CheckedArguments) throws(ScriptFailure)
      -> APIAnswer
  ) -> APIFunction {
    method("home", name, summary, parameters) { object, arguments, _ throws(ScriptFailure) in
      guard case .home(let home) = object else { return .none }
      let text = arguments.text("path") ?? ""
      let path = SystemPath.isAbsolute(text) ? text : "\(DiskTree.home)/\(text)"
      return try act(home, path, arguments)
    }
  }
}

extension SimulatedHome {
  /// Puts an entry in place, and the folders above it.
  func put(_ node: DiskNode, at path: String, _ place: String) throws(ScriptFailure) {
    do throws(DoorError) {
      try disk.arrange(node, at: path)
    } catch {
      throw .misuse("\(place): \(error.message)")
    }
  }

  fileprivate func write(
    _ path: String, _ arguments: CheckedArguments
  ) throws(ScriptFailure) {
    let options = try OptionTable(
      arguments["options"], "home:write", known: ["mode", "foreign"])
    let mode = try options.mode("mode") ?? 0o600
    let isForeign = try options.flag("foreign") ?? false
    let bytes = arguments.bytes("text") ?? []
    let node = DiskNode(content: .file(bytes), mode: mode, isForeign: isForeign)
    try put(node, at: disk.look { $0.canonical(path) }, "home:write")
  }

  fileprivate func makeFolder(
    _ path: String, _ arguments: CheckedArguments
  ) throws(ScriptFailure) {
    let options = try OptionTable(arguments["options"], "home:folder", known: ["mode", "foreign"])
    let mode = try options.mode("mode") ?? 0o700
    let isForeign = try options.flag("foreign") ?? false
    let folder = DiskNode(content: .folder, mode: mode, isForeign: isForeign)
    try put(folder, at: disk.look { $0.canonical(path) }, "home:folder")
  }
}
