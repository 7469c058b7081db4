//  ScenarioLibrary+Worlds.swift - worlds: what a property draws by chance.

internal import LuaEngine
internal import SSOScript

extension ScenarioLibrary {
  var worldMethods: [APIFunction] {
    [
      method(
        "world", "number", "A whole number by chance.",
        [APIParameter("from", .integer), APIParameter("to", .integer)], results: "integer"
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .world(let stage) = object, let from = arguments.integer("from"),
          let to = arguments.integer("to")
        else { return .none }
        return .value(.integer(try Self.number(from, to, stage)))
      },
      method(
        "world", "pick", "One of a list by chance.", [APIParameter("list", .table)],
        results: "an item"
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .world(let stage) = object else { return .none }
        return .value(try Self.pick(arguments["list"], stage))
      },
    ]
  }

  private static func number(
    _ from: Int64, _ to: Int64, _ stage: ScenarioStage
  ) throws(ScriptFailure) -> Int64 {
    guard from <= to else {
      throw .misuse("world:number: the lower number comes first: world:number(\(to), \(from))")
    }
    guard case (let span, false) = to.subtractingReportingOverflow(from), span < 1 << 32 else {
      throw .misuse("world:number: from \(from) to \(to) are more than 2^32 numbers")
    }
    let drawn = stage.draw(below: Int(span) + 1)
    let given = stage.settle(drawn, most: Int(span)) { "world:number gives \(from + Int64($0))" }
    return from + Int64(given)
  }

  private static func pick(
    _ list: LuaValue, _ stage: ScenarioStage
  ) throws(ScriptFailure) -> LuaValue {
    guard case .table(let table) = list, !table.items.isEmpty else {
      throw .misuse(
        "world:pick: there is nothing to choose from: items go without names, as in { \"a\", \"b\" }"
      )
    }
    let drawn = stage.draw(below: table.items.count)
    let given = stage.settle(drawn, most: table.items.count - 1) { place in
      "world:pick gives \(Difference.text(table.items[place]))"
    }
    return table.items[given]
  }
}
