//  Support.swift - a machine with a few host functions, and words to run scripts with.

import Glibc
import LuaEngine

/// What a script in these tests can ask for.
final class Bench {
  let machine: LuaMachine
  private let box = Box()

  final class Box {
    var output: [LuaValue] = []
    var objects: Int64 = 0
    var thing: UInt32 = 0
  }

  /// Makes Lua collect everything that a script has dropped.
  static let garbage = "for _ = 1, 20000 do local _ = {} end"

  /// Objects with methods that wait, or give the object itself.
  private static let things = LuaCatalog([
    LuaCatalog.Entry("make", in: "_G", isMethod: false, options: []),
    LuaCatalog.Entry("wait", in: "thing", isMethod: true, options: .suspends),
    LuaCatalog.Entry("itself", in: "thing", isMethod: true, options: []),
  ]) { machine in _ = machine.defineClass("thing") }

  /// The one module there is to require.
  static let helper = """
    if fail then error("failed") end
    if again then require("helper") end
    out(...)
    wait()
    return { answer = 42 }
    """

  init(limits: LuaLimits = LuaLimits(), coverage: LuaCoverage? = nil) throws {
    machine = try LuaMachine(limits: limits, coverage: coverage)
    let box = box
    machine.define("out", in: "_G") { call throws(LuaRaise) in
      box.output.append(contentsOf: call.all)
      return .none
    }
    machine.define("echo", in: "_G") { call throws(LuaRaise) in .values(call.all) }
    machine.define("second", in: "_G") { call throws(LuaRaise) in .value(call[1]) }
    machine.define("wait", in: "_G", options: .suspends) { _ throws(LuaRaise) in .suspend }
    machine.define("refuse", in: "test") { call throws(LuaRaise) in
      throw LuaRaise(.table(LuaTable(["message": call[0], "code": "Refused"], kind: .error)))
    }
    machine.define("exit", in: "_G") { [unowned machine] _ throws(LuaRaise) in
      machine.stop(.exit)
      return .none
    }
    defineThings()
    machine.defineLoader { [unowned machine] call throws(LuaRaise) in
      guard call[0] == "helper" else { throw LuaRaise("module not found") }
      machine.expect(file: "/lib/helper.lua")
      return .values([.string(Self.helper), "@helper.lua"])
    }
    try machine.open()
  }

  private func defineThings() {
    box.thing = machine.define(Self.things) { [box] place, call throws(LuaRaise) in
      switch place {
      case 0:
        box.objects += 1
        return .value(.object(LuaObject(classID: box.thing, handle: box.objects)))
      case 1: return .suspend
      default: return .value(call[0])
      }
    }
  }

  /// The object that `make()` gave as the `number`th.
  func object(_ number: Int64) -> LuaObject { LuaObject(classID: box.thing, handle: number) }

  /// The number of the one that it gave last.
  var lastObject: Int64 { box.objects }

  /// What the script gave to `out(…)` so far.
  var said: [LuaValue] { box.output }

  /// Starts `script` and takes its first step.
  func start(_ script: String) throws -> (LuaReference, LuaStep) {
    machine.expect(file: "/flow.lua")
    let thread = try machine.start(machine.load(Array(script.utf8), name: "@flow.lua"))
    return (thread, machine.resume(thread))
  }

  /// Runs `script`, answering every `wait()` with `answer`.
  @discardableResult
  func run(_ script: String, answering answer: [LuaValue] = []) throws -> LuaStep {
    var (thread, step) = try start(script)
    while case .suspended = step { step = machine.resume(thread, returning: answer) }
    return step
  }

  /// The values that `script` returns.
  func values(_ script: String, answering answer: [LuaValue] = []) throws -> [LuaValue] {
    switch try run(script, answering: answer) {
    case .finished(let values): return values
    case .failed(let failure): throw failure
    case .stopped(let stop, _): throw LuaFailureText("stopped: \(stop)")
    case .suspended: return []
    }
  }
}

/// A plain thread, for what has to come from outside.
final class Thread {
  private let handle: pthread_t

  init(_ body: @escaping @Sendable () -> Void) {
    var handle = pthread_t()
    let box = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
    unsafe pthread_create(&handle, nil, runBody, box)
    self.handle = handle
  }

  func join() { _ = pthread_join(handle, nil) }

  final class Body {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }
}

private func runBody(_ box: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  if let box = unsafe box {
    unsafe Unmanaged<Thread.Body>.fromOpaque(box).takeRetainedValue().run()
  }
  return nil
}

struct LuaFailureText: Error { init(_ text: String) { self.text = text }; let text: String }

extension LuaStep {
  var failure: LuaFailure? { if case .failed(let failure) = self { failure } else { nil } }
  var stop: LuaStop? { if case .stopped(let stop, _) = self { stop } else { nil } }
}
