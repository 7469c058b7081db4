//  DirectoryTable.swift - the people and accounts of a scenario's service, as a directory file names them.
//
//  Knows: what each must look like, and that a slip is told with its place.
//  Does not know: start URLs (ServiceOptions), and what a directory file has for CreateTokenWithIAM.

internal import IdentityService
internal import LuaEngine
internal import SSOScript

/// Reads the option `directory` of sim.service.
enum DirectoryTable {
  /// - Returns: `nil` where the option is not given.
  static func read(_ options: OptionTable) throws(ScriptFailure) -> Directory? {
    guard options["directory"] != .nil else { return nil }
    let table = try options.inner("directory", known: ["people", "accounts"])
    let accounts = try table.list("accounts", known: ["id", "name", "email"])
      .map { table throws(ScriptFailure) in try account(table) }
    let ids = accounts.map(\.id)
    let people = try table.list("people", known: ["name", "displayName", "email", "roles"])
      .map { table throws(ScriptFailure) in try person(table, ids) }
    guard !people.isEmpty else { throw .misuse("\(table.place): people is empty") }
    try table.requireDistinct(ids, "accounts")
    try table.requireDistinct(people.map(\.name), "people")
    return Directory(people: people, accounts: accounts)
  }

  private static func account(_ table: OptionTable) throws(ScriptFailure) -> Account {
    let id = try table.requiredText("id")
    guard Account.isID(id) else { throw .misuse("\(table.place): id: twelve digits, in quotes") }
    return Account(
      id: id, name: try table.requiredText("name"), email: try table.plainText("email") ?? "")
  }

  private static func person(
    _ table: OptionTable, _ ids: [String]
  ) throws(ScriptFailure) -> Person {
    let name = try table.requiredText("name")
    let given = try table.inner("roles", known: ids)
    var roles: [String: [String]] = [:]
    for id in ids {
      guard let names = try given.texts(id) else { continue }
      try given.requirePlain(names, id)
      try given.requireDistinct(names, id)
      roles[id] = names
    }
    return Person(
      name: name, displayName: try table.plainText("displayName") ?? name,
      email: try table.plainText("email") ?? "", roles: roles)
  }
}

extension OptionTable {
  fileprivate func list(_ name: String, known: [String]) throws(ScriptFailure) -> [OptionTable] {
    guard case .table(let list) = self[name], list.fields.isEmpty else {
      throw .misuse("\(place): \(name) is a list, as in { { \(known.first ?? "") = … } }")
    }
    return try list.items.enumerated().map { number, item throws(ScriptFailure) in
      try OptionTable(item, "\(place): \(name)[\(number + 1)]", known: known)
    }
  }

  fileprivate func requiredText(_ name: String) throws(ScriptFailure) -> String {
    guard let text = try plainText(name) else { throw .misuse("\(place): \(name) is missing") }
    return text
  }

  fileprivate func plainText(_ name: String) throws(ScriptFailure) -> String? {
    guard let text = try text(name) else { return nil }
    try requirePlain([text], name)
    return text
  }

  fileprivate func requirePlain(_ texts: [String], _ name: String) throws(ScriptFailure) {
    guard texts.allSatisfy(Directory.isText) else {
      throw .misuse("\(place): \(name) is empty, too long, or has control characters")
    }
  }

  fileprivate func requireDistinct(_ names: [String], _ list: String) throws(ScriptFailure) {
    guard Set(names).count == names.count else {
      throw .misuse("\(place): \(list) has the same name twice")
    }
  }
}
