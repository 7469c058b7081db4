//  AllocationTests.swift - each host function with its Nth allocation failing, N = 1, 2, 3, …
//
//  The calls are made from the declarations, so that a new function is tried without a word here.

import LuaEngine
import SSOOIDC
import Testing

@testable import EventLoop
@testable import SSOScript

@Suite struct `When an allocation fails in a host function` {
  static let names = API.functions.filter { $0.name != "exit" }.map(\.fullName)

  @Test(arguments: names)
  func `it is a clean error, and the machine goes on`(name: String) throws {
    let function = try #require(API.functions.first { $0.fullName == name })
    for script in SampleCall(function).scripts {
      let failures = try Rig.failEachAllocation(of: script)
      #expect(failures > 3, "\(script)")
    }
  }

  @Test func `so it is while the library is built`() throws {
    for successes in stride(from: UInt64(0), to: 4000, by: 61) {
      let rig = try Rig(opensLibrary: false)
      rig.machine.failAllocations(after: successes, count: 2)
      _ = rig.run("return pcall(require, 'sso')")
      rig.machine.failAllocations(after: 0, count: 0)
      #expect(rig.run("assert(require('sso').time.now())"))
    }
  }
}

/// A call of a function with arguments of the declared types.
private struct SampleCall {
  let scripts: [String]

  init(_ function: APIFunction) {
    let call: String
    switch APIClass(rawValue: function.container) {
    case let apiClass?: call = Self.method(function, of: Self.receiver(apiClass))
    case nil where function.container == "_G":
      call = "return \(function.name)(\(Self.arguments(function)))"
    case nil: call = "return \(function.container).\(function.name)(\(Self.arguments(function)))"
    }
    let calls =
      function.container.hasPrefix("sso") ? [call, call.replacing("sso.", with: "safe.")] : [call]
    scripts = calls.map { "local ok, e = pcall(function() \($0) end) return tostring(e)" }
  }

  private static func receiver(_ apiClass: APIClass) -> String {
    switch apiClass {
    case .client: "sso.client { region = 'us-east-1' }"
    case .paginator: "sso.portal.client { region = 'us-east-1' }:get_paginator('list_accounts')"
    case .pages: "\(receiver(.paginator)):paginate { accessToken = 'a' }"
    case .task: "sso.task.spawn(function() end)"
    case .file: "io.open('/home/me/file', 'w+')"
    case .lines: "io.lines()"
    case .store: "sso.cache.memory()"
    case .lock: "sso.cache.memory():lock('a.json')"
    }
  }

  private static func method(_ function: APIFunction, of receiver: String) -> String {
    switch function.name {
    case "__close": "local object <close> = \(receiver)"
    case "__call": "return (\(receiver))()"
    default: "local object = \(receiver) return object:\(function.name)(\(arguments(function)))"
    }
  }

  private static func arguments(_ function: APIFunction) -> String {
    let samples = function.parameters.all.map { ($0.name, sample($0.type)) }
    if case .named = function.parameters {
      return "{ \(samples.map { "['\($0)'] = \($1)" }.joined(separator: ", ")) }"
    }
    return samples.map(\.1).joined(separator: ", ")
  }

  private static func sample(_ type: APIType) -> String {
    switch type {
    case .string, .bytes, .any: "'text'"
    case .integer: "1"
    case .number: "0.5"
    case .boolean: "true"
    case .function: "function() return {} end"
    case .list(let item): "{ \(sample(item)) }"
    case .table: "{ name = { 'x' } }"
    case .object: "io.stdout"
    }
  }
}

/// The API on a machine, each wait answered at once.
private final class Rig {
  let machine: LuaMachine
  private let host: ScriptHost
  private var asked: [ScriptTask.ID] = []
  private var timers: [ScriptTask.ID?] = []

  init(opensLibrary: Bool = true) throws {
    let stage = try Stage.open()
    host = ScriptHost(world: stage.world, options: stage.options, secrets: stage.secrets)
    machine = try LuaMachine()
    APIInstaller(host: host).install(in: machine)
    try machine.open()
    guard opensLibrary else { return }
    #expect(run("sso, safe = require 'sso', require 'sso.safe'"))
  }

  /// Runs `script` again and again, with one more allocation that works each time.
  ///
  /// - Returns: How many allocations it makes, each of which has failed.
  static func failEachAllocation(of script: String) throws -> UInt64 {
    var rig = try Rig()
    for successes in UInt64(0)..<5000 {
      let before = rig.machine.allocations
      rig.machine.failAllocations(after: successes, count: 2)
      _ = rig.run(script)
      rig.machine.failAllocations(after: 0, count: 0)
      if rig.machine.allocations - before <= successes { return successes }
      // A script that failed while others of its tasks were at work has stopped the machine.
      if rig.machine.stopped != nil { rig = try Rig() }
    }
    Issue.record("endless: \(script)")
    return 0
  }

  /// Runs a script to its end; false if it failed.
  func run(_ script: String) -> Bool {
    var outcome: ScriptOutcome?
    let scheduler = Scheduler(
      machine: machine,
      perform: { id, _ in
        self.asked.append(id)
        return Task {}
      },
      schedule: { _, id in
        self.timers.append(id)
        return TimerID(number: 0)
      },
      cancelTimer: { _ in }, finish: { outcome = $0 })
    host.scheduler = scheduler
    defer { host.scheduler = nil }
    do throws(LuaFailure) {
      try scheduler.spawn(
        machine.load(Array(script.utf8), name: "@flow.lua"), [], parent: nil)
    } catch {
      return false
    }
    scheduler.drain()
    for _ in 0..<100 where outcome == nil { answer(scheduler) }
    while let object = machine.nextReleased() { host.forget(object) }
    if case .finished? = outcome { return true }
    return false
  }

  private func answer(_ scheduler: Scheduler) {
    if let id = asked.popLast() {
      scheduler.complete(id, .values([.table(LuaTable(["answer": "text"]))]))
    } else if let timer = timers.popLast() {
      if let timer { scheduler.timerFired(timer) } else { scheduler.drain() }
    } else {
      scheduler.drain()
    }
  }
}
