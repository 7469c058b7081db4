//  ScenarioReport+Names.swift - the report of a scenario that has not run yet: what it is called, and where.

extension ScenarioReport {
  /// - Parameters:
  ///   - tree: What a file declares.
  ///   - node: The scenario.
  ///   - file: The one that is run: a helper declares for several, and cannot be run.
  init(_ tree: ScenarioTree, _ node: Int, in file: String) {
    (path, tags) = ([], [])
    self.file = file
    (line, helper) = (tree.nodes[node].line, tree.nodes[node].helper)
    name(tree.path(node))
    if case .property(let count, _) = tree.nodes[node].kind { (seeds, isProperty) = (count, true) }
  }

  /// Takes names, with the tags that are in them.
  mutating func name(_ path: [String]) {
    self.path = path
    tags = path.joined(separator: " ").split { $0 == " " || $0 == "\t" }
      .filter { $0.hasPrefix("#") && $0.count > 1 }.map { String($0.dropFirst()) }
  }
}
