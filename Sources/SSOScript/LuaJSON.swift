//  LuaJSON.swift - JSON as Lua values and back.
//
//  Knows: null is `sso.null`, lists stay lists when empty, integers stay integers.

package import LuaEngine
package import StrictJSON

extension LuaValue {
  /// Text if it is UTF-8, else bytes.
  package init(bytes: [UInt8]) {
    if let text = String(validating: bytes, as: UTF8.self) {
      self = .string(text)
    } else {
      self = .bytes(bytes)
    }
  }

  /// A JSON value as a script sees it.
  package init(json: JSON) {
    switch json {
    case .null: self = .null
    case .bool(let flag): self = .boolean(flag)
    case .integer(let integer): self = .integer(integer)
    case .number(let number): self = .number(number)
    case .literal(let text): self = Double(text).map(LuaValue.number) ?? .nil
    case .string(let text): self = .string(text)
    case .array(let items):
      self = .table(LuaTable(items: items.map(LuaValue.init(json:)), kind: .list))
    case .object(let object): self = .table(LuaTable(json: object))
    }
  }

  /// The value as JSON.
  ///
  /// - Parameter path: Where in the whole it stands, for the error.
  /// - Returns: The value; tables with list items as arrays, others as objects.
  /// - Throws: ``ScriptFailure/misuse(_:)`` that names the path of what JSON cannot hold.
  package func json(path: String = "") throws(ScriptFailure) -> JSON {
    do throws(ScriptFailure) {
      return try json(path, inOrder: false)
    } catch {
      // Which of several wrong values is told must not differ from run to run, as a table's order does.
      return try json(path, inOrder: true)
    }
  }

  fileprivate func json(_ path: String, inOrder: Bool) throws(ScriptFailure) -> JSON {
    switch self {
    case .nil, .null: return .null
    case .boolean(let flag): return .bool(flag)
    case .integer(let integer): return .integer(integer)
    case .number(let number):
      guard number.isFinite else { throw Self.noJSON(number.isNaN ? "NaN" : "\(number)", path) }
      return .number(number)
    case .string(let text): return .string(text)
    case .table(let table): return try table.json(path, inOrder)
    case .bytes, .reference, .object, .newObject: throw Self.noJSON(typeName, path)
    }
  }

  /// The same of an argument; the error names the function, too.
  func json(for function: String, path: String = "") throws(ScriptFailure) -> JSON {
    do throws(ScriptFailure) {
      return try json(path: path)
    } catch {
      guard case .misuse(let message) = error else { throw error }
      throw .misuse("\(function): \(message)")
    }
  }

  fileprivate static func noJSON(_ what: String, _ path: String) -> ScriptFailure {
    .misuse("JSON cannot hold a \(what)\(path.isEmpty ? "" : " at \(path)")")
  }
}

extension JSONError {
  /// Rule and place of what a script wanted to write: the first item of its list is the first.
  var countedAsInLua: String {
    let parts = path.split(separator: "[", omittingEmptySubsequences: false)
    let counted = parts.dropFirst().map { part in
      let index = part.prefix { $0 != "]" }
      return "[\(Int(index).map { String($0 + 1) } ?? String(index))\(part.dropFirst(index.count))"
    }
    return path.isEmpty ? code.rawValue : "\(code.rawValue) (\(parts[0])\(counted.joined()))"
  }
}

extension LuaTable {
  /// The members of a JSON object, in order.
  package init(json object: JSONObject) {
    self.init()
    for (name, value) in object { append(name, LuaValue(json: value)) }
  }

  /// Adds a field.
  package mutating func append(_ name: String, _ value: LuaValue) {
    fields.append(Field(key: .string(name), value: value))
  }

  /// A list, or an object whose keys are sorted: the order of a Lua table means nothing.
  fileprivate func json(_ path: String, _ inOrder: Bool) throws(ScriptFailure) -> JSON {
    if fields.isEmpty, !items.isEmpty || kind == .list { return try list(path, inOrder) }
    guard items.isEmpty else {
      if let hole {
        throw .misuse(
          "a list with a hole is no JSON\(path.isEmpty ? "" : " at \(path)"): \(hole)")
      }
      throw .misuse(
        "a table with list items and named members is no JSON\(path.isEmpty ? "" : " at \(path)")")
    }
    var members: [(String, JSON)] = []
    for field in inOrder ? ordered : fields {
      guard case .string(let name) = field.key else {
        throw LuaValue.noJSON("key of type \(field.key.typeName)", path)
      }
      let place = path.isEmpty ? name : "\(path).\(name)"
      members.append((name, try field.value.json(place, inOrder: inOrder)))
    }
    return .object(JSONObject(members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }))
  }

  /// What is said of a list that goes on behind a nil.
  var hole: String? {
    let further = fields.compactMap { if case .integer(let key) = $0.key { key } else { nil } }
    guard let next = further.filter({ $0 > items.count }).min() else { return nil }
    return "[\(next)] is set, [\(items.count + 1)] is not (use sso.null)"
  }

  private func list(_ path: String, _ inOrder: Bool) throws(ScriptFailure) -> JSON {
    var elements: [JSON] = []
    for (index, item) in items.enumerated() {
      elements.append(try item.json("\(path)[\(index + 1)]", inOrder: inOrder))
    }
    return .array(elements)
  }
}
