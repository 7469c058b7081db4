//  KeyTable.swift - AWS's keys as a script names them. Pure.

import LuaEngine
import SSOOIDC

/// AWS's keys as a script names them.
struct KeyTable {
  /// What `sso.credentials` and the portal give beside the keys.
  private static let others = ["expiration", "accountId", "roleName", "source"]

  let id: String
  let secret: String
  let token: String?

  /// Reads the table.
  ///
  /// - Throws: ``ScriptFailure/misuse(_:)`` that names the member which is missing or wrong.
  init(_ table: LuaTable, _ caller: String) throws(ScriptFailure) {
    let place = "\(caller): credentials"
    try Self.checkNames(table, place)
    id = try Self.text("accessKeyId", of: table, place)
    secret = try Self.text("secretAccessKey", of: table, place)
    token = table["sessionToken"].isNil ? nil : try Self.text("sessionToken", of: table, place)
  }

  private static func checkNames(_ table: LuaTable, _ place: String) throws(ScriptFailure) {
    guard table.items.isEmpty else { throw .misuse("\(place): members go by name, got a list") }
    let keys = ["accessKeyId", "secretAccessKey", "sessionToken"]
    switch table.stranger(beside: keys + others) {
    case nil: break
    case .type(let type): throw .misuse("\(place): member names are strings, got \(type)")
    case .name(let name):
      let hint = Spelling.hint(for: name, among: keys)
      throw .misuse(
        "\(place): unknown member \"\(PrintableText.escaped(name, limit: 60))\"\(hint)")
    }
  }

  private static func text(
    _ name: String, of table: LuaTable, _ place: String
  ) throws(ScriptFailure) -> String {
    switch table[name] {
    case .string(let text):
      guard !text.isEmpty else { throw .misuse("\(place).\(name) is empty") }
      guard !text.breaksHeader else {
        throw .misuse("\(place).\(name) holds a line break or NUL")
      }
      return text
    case .nil: throw .misuse("\(place).\(name) is missing (string)")
    case let other:
      throw .misuse("\(place).\(name): expected string, got \(other.typeName)")
    }
  }
}
