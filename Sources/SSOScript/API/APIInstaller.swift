//  APIInstaller.swift - binds the declared functions into an interpreter.

import LuaEngine

/// Puts the whole API of a run in place.
struct APIInstaller {
  let host: ScriptHost

  /// What plain Lua has is there from the start; `sso` is built when a script requires it.
  func install(in machine: LuaMachine) {
    setClasses(of: .standard, from: bind(.standard, machine))
    for stream in [StandardStream.input, .output, .error] {
      machine.define(stream.rawValue, in: "io", constant: host.object(.file, stream.handle))
    }
    if let added = host.options.extension {
      for name in added.classes { host.setClass(name, machine.defineClass(name)) }
      bind(APICatalog(added.functions), machine)
    }
    machine.define("arg", in: "_G", constant: .table(arguments))
    machine.defineLibrary("sso") { machine in
      setClasses(of: .library, from: bind(.library, machine))
    }
    machine.defineLoader { [host, unowned machine] call throws(LuaRaise) in
      if case .string(let name) = call[0], case .integer(let number) = call[1] {
        let loader = host.scheduler?.tasks.values.first {
          machine.number(of: $0.thread) == number
        }
        guard let loader, !loader.isDone else { return .values([true]) }
        return Self.suspend(.wait(.module(name, loader)), host)
      }
      do throws(ScriptFailure) {
        let module = try ModuleLoader(host: host).load(call[0])
        machine.expect(file: module.path)
        return .values([module.source, .string("@\(module.name)")])
      } catch {
        throw LuaRaise(error)
      }
    }
  }

  private var arguments: LuaTable {
    var arguments = LuaTable(items: host.options.arguments.map(LuaValue.string))
    arguments.fields.append(.init(key: 0, value: .string(host.options.scriptName)))
    return arguments
  }

  private func setClasses(of catalog: APICatalog, from first: UInt32) {
    for (place, apiClass) in catalog.classes.enumerated() {
      host.setClass(apiClass, first + UInt32(place))
    }
  }

  @discardableResult
  private func bind(_ catalog: APICatalog, _ machine: LuaMachine) -> UInt32 {
    let bindings = catalog.bindings
    let confinement = host.options.confinement
    return machine.define(catalog.names) { [host] place, call throws(LuaRaise) in
      do throws(ScriptFailure) {
        if call.hasReleased { host.forgetReleased() }
        host.callCanSuspend = call.canSuspend
        try confinement?.check(bindings[place].function)
        let arguments = try CheckedArguments(call, bindings[place])
        let turns = Self.turns(before: arguments.binding, host)
        if turns > 0 { return Self.suspend(Self.after(turns, arguments, host), host) }
        return try Self.answer(arguments, host)
      } catch {
        throw LuaRaise(error)
      }
    }
  }

  private static func answer(
    _ arguments: CheckedArguments, _ host: ScriptHost
  ) throws(ScriptFailure) -> LuaAnswer {
    let binding = arguments.binding
    switch try binding.body(arguments, host) {
    case .none: return .none
    case .value(let value): return .value(value)
    case .results(let values): return .values(values)
    case .wait(let wait): return suspend(.wait(wait), host)
    case .ask(let effect):
      try host.permit(effect, binding.function.fullName)
      guard binding.suspends else { return .values(try host.performNow(effect)) }
      return suspend(.effect(effect), host)
    }
  }

  /// How many turns other programs get first: none where the script may not wait any more, only clean up.
  private static func turns(before binding: APIBinding, _ host: ScriptHost) -> Int {
    guard binding.usesDisk, let turns = host.world.turns, host.canWait,
      host.scheduler?.machine.stopped == nil
    else { return 0 }
    return turns.owed(before: binding.function.fullName)
  }

  private static func after(
    _ count: Int, _ arguments: CheckedArguments, _ host: ScriptHost
  ) -> Scheduler.Request {
    .turns(count) { () throws(LuaRaise) in
      do throws(ScriptFailure) {
        return try answer(arguments, host)
      } catch {
        throw LuaRaise(error)
      }
    }
  }

  private static func suspend(_ request: Scheduler.Request, _ host: ScriptHost) -> LuaAnswer {
    host.scheduler?.request = request
    return .suspend
  }
}

/// What is declared, as interpreters bind it: read once, for all interpreters.
private struct APICatalog: Sendable {
  let classes: [APIClass]
  let bindings: [APIBinding]
  let names: LuaCatalog

  static let library = Self(
    API.libraryFunctions, [.client, .paginator, .pages, .task, .store, .lock], API.constants)
  static let standard = Self(API.standardFunctions, [.file, .lines])

  init(
    _ functions: [APIFunction], _ classes: [APIClass] = [], _ constants: [APIConstant] = []
  ) {
    self.classes = classes
    bindings = functions.map(APIBinding.init)
    names = LuaCatalog(
      bindings.map { binding in
        LuaCatalog.Entry(
          binding.function.name, in: binding.function.container, isMethod: binding.isMethod,
          options: binding.function.options)
      }
    ) { machine in
      for apiClass in classes { _ = machine.defineClass(apiClass.rawValue) }
      for constant in constants {
        machine.define(constant.name, in: constant.container, constant: constant.value)
      }
    }
  }
}
