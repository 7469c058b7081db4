//  ScenarioLibrary+Simulation.swift - sim.service, sim.home, sim.run, sim.start, and plans of faults.

internal import IdentityService
internal import LuaEngine
internal import SSOScript

extension ScenarioLibrary {
  private static let options = APIParameter("options", .table, required: false)

  var simulation: [APIFunction] {
    [
      APIFunction(
        "_G.sim", "service", "Makes an identity service.", .positional([Self.options]),
        results: "a service", suspends: true,
        { arguments, host throws(ScriptFailure) in
          let stage = try self.stage(for: "sim.service")
          let script = try self.behaviour(arguments["options"])
          let service = try ServiceOptions.make(
            arguments["options"], on: stage, self.sources)
          let clock = host.object("clock", self.keep(.clock(service.clock)))
          let handle = self.keep(.service(service))
          let object = host.object("service", handle, ["clock": clock])
          guard let script else { return .value(object) }
          return .ask(
            .extended(
              "behave", [.integer(handle), .string(script.name), .bytes(script.source), object]))
        }),
      APIFunction(
        "_G.sim", "home", "Makes a machine: a disk, a clock, variables.",
        .positional([Self.options]), results: "a home",
        { arguments, host throws(ScriptFailure) in
          let stage = try self.stage(for: "sim.home")
          let home = try self.makeHome(arguments["options"], stage)
          let clock = host.object("clock", self.keep(.clock(home.clock)))
          return .value(host.object("home", self.keep(.home(home)), ["clock": clock]))
        }),
      run("run", "Runs a flow to its end.", "a run"),
      run("start", "Starts a flow, which then runs beside this scenario.", "a process"),
      APIFunction(
        "_G", "fault", "Names a fault of the catalogue, for service:fault, home:fault and sim.run.",
        .positional([
          APIParameter("id", .string, "`N08`, or a kind such as `reset`."), Self.options,
        ]), results: "a plan", example: "svc:fault(\"CreateToken\", fault(\"N08\", { calls = 2 }))",
        { arguments, _ throws(ScriptFailure) in .value(try Self.plan(arguments)) }),
    ]
  }

  // MARK: Behaviours

  /// The script that the option `behaviour` names.
  private func behaviour(_ options: LuaValue) throws(ScriptFailure) -> BehaviourScript? {
    guard case .table(let table) = options, table["behaviour"] != .nil else { return nil }
    guard case .string(let path) = table["behaviour"] else {
      throw .misuse(
        "sim.service: behaviour: expected the path of a Lua file, got \(table["behaviour"].typeName)"
      )
    }
    return BehaviourScript(name: path, source: try read(path, "sim.service", "behaviour").0)
  }

  /// What `sim.service` with a behaviour comes to.
  func behave(_ arguments: [LuaValue]) async throws(ScriptFailure) -> [LuaValue] {
    guard case .integer(let handle)? = arguments.first, arguments.count == 4,
      case .service(let service)? = object(handle), case .string(let name) = arguments[1]
    else { return [] }
    let script = BehaviourScript(
      name: name, source: arguments[2].utf8Bytes ?? [], coverage: counter?.ofFlows)
    do throws(BehaviourError) {
      try await service.behave(as: script)
    } catch {
      throw .misuse("sim.service: behaviour: \(error.description)")
    }
    return [arguments[3]]
  }

  // MARK: Homes

  private func makeHome(
    _ value: LuaValue, _ stage: ScenarioStage
  ) throws(ScriptFailure) -> SimulatedHome {
    let options = try OptionTable(value, "sim.home", known: ["env", "files"])
    let home = SimulatedHome(environment: try options.environment(), on: stage)
    for (path, text) in try options.variables("files").sorted(by: { $0.key < $1.key }) {
      let node = DiskNode(content: .file(Array(text.utf8)), mode: 0o600)
      try home.put(node, at: home.disk.look { $0.canonical(path) }, "sim.home: files")
    }
    add(home, stage)
    return home
  }

  private func add(_ home: SimulatedHome, _ stage: ScenarioStage) {
    for fault in sources.settings.machineFaults { home.faults.add(standing: fault) }
    for plan in sources.settings.machinePlans { try? home.plan(plan) }
    stage.add(home)
  }

  // MARK: Runs

  private func run(_ name: String, _ summary: String, _ results: String) -> APIFunction {
    let isRun = name == "run"
    return APIFunction(
      "_G.sim", name, summary,
      .positional([APIParameter("flow", .string, "The path of a script."), Self.options]),
      results: results, suspends: isRun,
      { arguments, host throws(ScriptFailure) in
        let process = try self.makeProcess("sim.\(name)", arguments, isAwaited: isRun)
        let handle = self.keep(.process(process))
        guard isRun else { return .value(host.object("process", handle)) }
        return .ask(
          .extended("wait", [.integer(handle), self.emptyRun(host), self.emptyRun(host)]))
      })
  }

  /// The object that a run will be; the host's classes are known in its calls alone.
  func emptyRun(_ host: ScriptHost) -> LuaValue { host.object("run", reserve()) }

  private static let runOptions = [
    "service", "home", "args", "env", "stdin", "answers", "terminal", "browser", "programs",
    "limit", "crash_at", "kill_after", "delay", "policies", "stdout",
    "umask", "signal", "signal_after", "signal_at", "fault",
  ]

  private func makeProcess(
    _ place: String, _ arguments: CheckedArguments, isAwaited: Bool
  ) throws(ScriptFailure) -> RunningProcess {
    let stage = try stage(for: place)
    let options = try OptionTable(arguments["options"], place, known: Self.runOptions)
    var request = try ProcessRequest(options)
    if options["limit"] == .nil { request.limit = usualLimit(stage) }
    request.mishaps =
      try FaultOptions.plans(options["fault"], options) + sources.settings.programPlans
    request.programs = try programs(options, on: stage)
    try find(arguments.text("flow") ?? "", place, &request)
    for path in try options.texts("policies") ?? [] {
      let (text, canonical) = try read(path, place, "policy")
      let folder = DiskTree.parent(of: canonical)
      request.policies.append(
        PolicySource(path: path, text: text, level: .option, folder: folder))
    }
    let process = SimulatedProcess(
      request, services: try services(options), home: try home(options, stage),
      readSource: sources.read)
    return RunningProcess(
      process, after: try options.duration("delay"), isAwaited: isAwaited, on: stage)
  }

  /// That of the run, which a run of the same failure needs as well.
  private func usualLimit(_ stage: ScenarioStage) -> Duration {
    if stage.limit != ScenarioRunOptions().virtualLimit {
      stage.use { $0.virtualLimit = stage.limit }
    }
    return stage.limit
  }

  private func find(
    _ path: String, _ place: String, _ request: inout ProcessRequest
  ) throws(ScriptFailure) {
    let (source, canonical) = try read(path, place, "flow")
    request.source = source
    request.path = path
    request.moduleRoot = DiskTree.parent(of: canonical)
    request.coverage = counter?.ofFlows
  }

  /// Beside the scenario file, or from the working directory; what is there must be readable.
  private func read(
    _ path: String, _ place: String, _ what: String
  ) throws(ScriptFailure) -> ([UInt8], String) {
    for candidate in SystemPath.isAbsolute(path) ? [path] : ["\(folder)/\(path)", path] {
      let canonical = sources.canonical(candidate)
      do throws(DoorError) {
        let source = try sources.read(canonical)
        counter?.note(path, is: canonical)
        return (source, canonical)
      } catch {
        guard !Self.absent.contains(error.cause) else { continue }
        throw .misuse("\(place): \(error.message.replacing(canonical, with: path))")
      }
    }
    throw .misuse(
      "\(place): there is no \(what) \(path) beside the scenario or in the working directory")
  }

  private static let absent: Set<DoorError.Cause> = [.noEntry, .notDirectory, .isDirectory]

  private func services(_ options: OptionTable) throws(ScriptFailure) -> [SimulatedService] {
    switch (object(in: options["service"]), options["service"]) {
    case (.service(let service)?, _): return [service]
    case (_, .nil): return []
    default: throw .misuse("\(options.place): service: expected what sim.service gives")
    }
  }

  private func home(
    _ options: OptionTable, _ stage: ScenarioStage
  ) throws(ScriptFailure) -> SimulatedHome {
    switch (object(in: options["home"]), options["home"]) {
    case (.home(let home)?, _): return home
    case (_, .nil):
      let home = SimulatedHome(environment: [:], on: stage)
      add(home, stage)
      return home
    default: throw .misuse("\(options.place): home: expected what sim.home gives")
    }
  }

  // MARK: Faults

  private static func plan(_ arguments: CheckedArguments) throws(ScriptFailure) -> LuaValue {
    let id = arguments.text("id") ?? ""
    try FaultOptions.checkIsKnown(id)
    var table = LuaTable()
    if case .table(let given) = arguments["options"] { table = given }
    table.fields.removeAll { $0.key == "id" }
    table.fields.append(.init(key: "id", value: .string(id)))
    return .table(table)
  }
}

extension ScriptHost {
  /// An object of a class of the extension, with what the script reads as `object.name`.
  func object(
    _ name: String, _ handle: Int64, _ properties: KeyValuePairs<String, LuaValue>
  ) -> LuaValue {
    guard case .object(let object) = object(name, handle) else { return .nil }
    return .newObject(object, properties: LuaTable(properties))
  }
}

extension ProcessRequest {
  fileprivate init(_ options: OptionTable) throws(ScriptFailure) {
    self.init()
    arguments = try options.texts("args") ?? []
    environment = try options.environment()
    input = try options.text("stdin") ?? ""
    answers = try options.texts("answers")
    isTerminal = try options.flag("terminal") ?? false
    if let stdout = try options.text("stdout") {
      guard stdout == "closed" else {
        throw .misuse("\(options.place): stdout: \"closed\", or left out")
      }
      hasReader = false
    }
    limit = try options.duration("limit") ?? limit
    crashAt = try options.count("crash_at")
    killAfter = try options.duration("kill_after")
    umask = try options.mode("umask") ?? umask
    try readSignal(options)
    if case .string(let why) = options["browser"] { browserRefusal = why }
    if case .boolean(false) = options["browser"] { browserRefusal = "there is no display" }
  }

  private mutating func readSignal(_ options: OptionTable) throws(ScriptFailure) {
    signalAfter = try options.duration("signal_after")
    signalAt = try options.count("signal_at")
    guard let name = try options.text("signal") else {
      guard signalAfter == nil, signalAt == nil else {
        throw .misuse("\(options.place): signal: say which: \(StoppingSignal.names)")
      }
      return
    }
    guard signalAfter != nil || signalAt != nil else {
      throw .misuse(
        "\(options.place): signal: say when: signal_after = \"7s\", or signal_at = 2, a change of the "
          + "disk")
    }
    signal = try StoppingSignal(named: name, options.place)
  }
}

extension StoppingSignal {
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  init(named name: String, _ place: String) throws(ScriptFailure) {
    guard let signal = Self(rawValue: name) else {
      throw .misuse("\(place): no signal \"\(name.prefix(40))\": one of \(Self.names)")
    }
    self = signal
  }
}
