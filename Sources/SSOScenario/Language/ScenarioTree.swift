//  ScenarioTree.swift - what a scenario file declares: groups, scenarios, properties. Pure.

internal import LuaEngine

/// One `describe`, `it` or `property`.
struct ScenarioNode: Sendable {
  enum Kind: Sendable, Equatable {
    case group
    case scenario
    /// Run with so many seeds; a failure is made as small as it can be.
    case property(seeds: Int, shrinks: Bool)
  }

  let kind: Kind
  let name: String
  let parent: Int?
  /// Of a scenario or property: how many there are up to it.
  let number: Int
  /// Of the scenario file: where it is declared, or where a helper is called that does so.
  let line: Int
  /// Where it is declared, if that is in another file: `shared.lua:3`.
  let helper: String?
  let body: LuaReference?
  var before: [LuaReference] = []
  var after: [LuaReference] = []

  var isProperty: Bool { if case .property = kind { true } else { false } }
}

/// All nodes of a file, in the order of their declaration; the first is the file itself.
struct ScenarioTree: Sendable {
  private(set) var nodes = [
    ScenarioNode(kind: .group, name: "", parent: nil, number: 0, line: 1, helper: nil, body: nil)
  ]
  /// The group whose body runs.
  private(set) var current = 0
  private var runnableCount = 0

  /// Adds a node to the group at hand and gives its number; without a line it has that of the group.
  @discardableResult
  mutating func add(
    _ kind: ScenarioNode.Kind, _ name: String, _ line: Int?, _ helper: String?,
    _ body: LuaReference?
  ) -> Int {
    if kind != .group { runnableCount += 1 }
    nodes.append(
      ScenarioNode(
        kind: kind, name: name, parent: current, number: runnableCount,
        line: line ?? nodes[current].line, helper: helper, body: body))
    return nodes.count - 1
  }

  mutating func enter(_ node: Int) { current = node }
  mutating func leave(to node: Int) { current = node }
  mutating func before(_ function: LuaReference) { nodes[current].before.append(function) }
  mutating func after(_ function: LuaReference) { nodes[current].after.append(function) }

  /// The nodes that can be run.
  var runnable: [Int] { nodes.indices.filter { nodes[$0].kind != .group } }

  /// The node and the groups around it, outermost first.
  func chain(_ node: Int) -> [Int] {
    var chain = [node]
    while let parent = nodes[chain[0]].parent { chain.insert(parent, at: 0) }
    return chain
  }

  /// The names from the outermost group to the node.
  func path(_ node: Int) -> [String] { chain(node).dropFirst().map { nodes[$0].name } }
}
