//  TaskModule.swift - sso.task: several things at once.

import LuaEngine

extension API {
  private static let handle = APIClass.task.rawValue

  static let taskFunctions: [APIFunction] = [
    APIFunction(
      "sso.task", "spawn", "Starts a function as a task beside the running one.",
      .variadic([APIParameter("fn", .function, "Called with the other arguments.")]),
      results: "a task", example: "local task = sso.task.spawn(login, \"laptop\")",
      options: .opaque,
      { arguments, host throws(ScriptFailure) in
        guard let function = arguments.reference("fn"), let scheduler = host.scheduler else {
          return .none
        }
        do throws(LuaFailure) {
          let task = try scheduler.spawn(function, arguments.rest, parent: scheduler.current)
          return .value(host.object(.task, host.tasks.add(task)))
        } catch {
          throw .misuse("sso.task.spawn: \(error.message)")
        }
      }),
    APIFunction(
      handle, "join",
      "Waits for a task and the tasks it started, and gives its results; its error is raised here.",
      .positional([]), results: "what the function returned", suspends: true,
      { arguments, host throws(ScriptFailure) in
        .wait(.join(try host.task(of: arguments)))
      }),
    APIFunction(
      handle, "cancel",
      "Makes every wait of a task fail with code `cancelled`, which is no failure of its parent.",
      .positional([]),
      { arguments, host throws(ScriptFailure) in
        host.scheduler?.callOff(try host.task(of: arguments))
        return .none
      }),
    APIFunction(
      handle, "status", "Tells how far a task is: running, finished or failed.", .positional([]),
      results: "string",
      { arguments, host throws(ScriptFailure) in
        switch try host.task(of: arguments).state {
        case .running, .returned: .value("running")
        case .finished: .value("finished")
        case .failed: .value("failed")
        }
      }),
    group(
      "all", "Runs functions at once and waits for all; the first failure cancels the others.",
      "a list of first results, `sso.null` for nil", .all),
    group(
      "race",
      "Runs functions at once and takes the first to end, together with the tasks it started; "
        + "the others are cancelled.",
      "what that one returned", .race),
    APIFunction(
      "sso.task", "timeout",
      "Runs a function that must end in time, together with the tasks it starts.",
      .positional([
        APIParameter("seconds", .number, "How long."),
        APIParameter("fn", .function, "Called without arguments."),
      ]),
      results: "what the function returned", errors: ["Timeout"], suspends: true,
      example: "sso.task.timeout(30, function() return client:create_token(args) end)",
      { arguments, _ throws(ScriptFailure) in
        guard let limit = try arguments.duration("seconds"),
          let function = arguments.reference("fn")
        else { return .none }
        return .wait(.group(.timeout(limit), [function]))
      }),
  ]

  private static func group(
    _ name: String, _ summary: String, _ results: String, _ kind: TaskGroupWait.Kind
  ) -> APIFunction {
    APIFunction(
      "sso.task", name, summary,
      .positional([APIParameter("functions", .list(.function), "Called without arguments.")]),
      results: results, suspends: true,
      { arguments, _ throws(ScriptFailure) in
        guard case .table(let table) = arguments["functions"] else { return .none }
        let functions: [LuaReference] = table.items.compactMap {
          if case .reference(let reference) = $0 { reference } else { nil }
        }
        guard !functions.isEmpty else {
          // Nobody comes first where nobody runs.
          if case .race = kind { throw .misuse("sso.task.race: the list is empty") }
          return .value(.table(LuaTable(kind: .list)))
        }
        return .wait(.group(kind, functions))
      })
  }
}

extension ScriptHost {
  fileprivate func task(of arguments: CheckedArguments) throws(ScriptFailure) -> ScriptTask {
    guard let task = arguments.receiver.flatMap({ tasks[$0.handle] }) else {
      throw .misuse("this is no task")
    }
    return task
  }
}
