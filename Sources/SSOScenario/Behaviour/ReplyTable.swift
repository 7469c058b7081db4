//  ReplyTable.swift - requests and replies as the tables that handlers see and give.
//
//  Knows: the members of these tables; what is wrong in one that a handler made.

internal import IdentityService
internal import LuaEngine
internal import SSOOIDC
internal import SSOScript
internal import StrictJSON

extension BehaviourRequest {
  /// What a handler gets as its first argument.
  var table: LuaTable {
    let (seconds, attoseconds) = time.sinceEpoch.components
    return LuaTable([
      "operation": .string(operation.rawValue), "call": .integer(Int64(call)),
      "method": .string(method), "path": .string(path),
      "members": .table(LuaTable(json: members)), "headers": .table(LuaTable(headers: headers)),
      "time": .number(Double(seconds) + Double(attoseconds) * 1e-18),
    ])
  }
}

extension BehaviourReply {
  /// What `session:proceed` gives: the body as a table if it is a JSON object, else as a string.
  var table: LuaTable {
    let json = (try? JSON.parse(body))?.asObject
    return LuaTable([
      "status": .integer(Int64(status)), "headers": .table(LuaTable(headers: headers)),
      "body": json.map { .table(LuaTable(json: $0)) } ?? LuaValue(bytes: body),
    ])
  }

  private static let members = ["status", "headers", "body", "error", "error_description"]

  /// Reads what a handler returned.
  ///
  /// - Parameters:
  ///   - value: A table with `status`, `headers`, `body`, or with `error`.
  ///   - request: What is answered.
  ///   - random: Bytes for its id.
  /// - Throws: ``BehaviourError`` that names the member that is wrong.
  init(
    _ value: LuaValue, to request: BehaviourRequest, _ random: (Int) -> [UInt8]
  ) throws(BehaviourError) {
    guard case .table(let table) = value, table.items.isEmpty else {
      throw BehaviourError("a handler returns a reply (a table) or nil, got \(value.typeName)")
    }
    if let stranger = table.stranger(beside: Self.members) { throw Self.unknown(stranger) }
    if table["error"] == .nil {
      self.init(status: 200)
      facts.operation = request.operation
    } else {
      self = try Self.refusal(table, request, random)
    }
    // What it says beside an error takes the place of what the service would say.
    status = try Self.status(table["status"]) ?? status
    try setHeaders(table["headers"])
    try setBody(table["body"])
    // RFC 9110, 6.4.1: a client takes what follows for the next reply.
    guard body.isEmpty || ![204, 205, 304].contains(status) else {
      throw BehaviourError("a reply of status \(status) has no body")
    }
  }

  private static func unknown(_ stranger: LuaTable.Stranger) -> BehaviourError {
    switch stranger {
    case .type(let type): return BehaviourError("a reply has members with names, got a \(type)")
    case .name(let name):
      let hint = Spelling.hint(for: name, among: members)
      return BehaviourError("a reply has no member \"\(name.prefix(60))\"\(hint)")
    }
  }

  private static func status(_ value: LuaValue) throws(BehaviourError) -> Int? {
    guard value != .nil else { return nil }
    guard let status = value.wholeNumber, (200...599).contains(status) else {
      throw BehaviourError("the status of a reply is a whole number from 200 to 599")
    }
    return status
  }

  private static func refusal(
    _ table: LuaTable, _ request: BehaviourRequest, _ random: (Int) -> [UInt8]
  ) throws(BehaviourError) -> BehaviourReply {
    guard case .string(let shape) = table["error"] else {
      throw BehaviourError("the error of a reply is a name, such as \"SlowDownException\"")
    }
    var description: String?
    if case .string(let text) = table["error_description"] { description = text }
    guard
      let reply = BehaviourReply(
        error: shape, to: request, description: description, random: random(16))
    else {
      let names = errors(of: request.operation)
      let hint = Spelling.hint(for: shape, among: names)
      throw BehaviourError(
        "\(request.operation.rawValue) has no error \"\(shape.prefix(60))\"\(hint)")
    }
    return reply
  }

  private mutating func setHeaders(_ value: LuaValue) throws(BehaviourError) {
    let fields = try Self.headers(value)
    for field in fields { self[header: field.name] = nil }
    headers += fields
  }

  private static func headers(_ value: LuaValue) throws(BehaviourError) -> [HeaderField] {
    guard value != .nil else { return [] }
    guard case .table(let table) = value, table.items.isEmpty else {
      throw BehaviourError("the headers of a reply are a table of names and values")
    }
    var fields: [HeaderField] = []
    for field in table.ordered {
      guard case .string(let name) = field.key, name.utf8.allSatisfy(isTokenByte), !name.isEmpty
      else { throw BehaviourError("a header of a reply has no name that HTTP knows") }
      let values =
        if case .table(let list) = field.value { list.items } else { [field.value] }
      for value in values { fields.append(HeaderField(name, try text(value, of: name))) }
    }
    return fields
  }

  private static func text(_ value: LuaValue, of name: String) throws(BehaviourError) -> String {
    if let number = value.wholeNumber { return String(number) }
    guard case .string(let text) = value,
      text.utf8.allSatisfy({ $0 >= 32 && $0 != 127 || $0 == 9 })
    else {
      throw BehaviourError(
        "the header \(name) of a reply is a whole number, or a string without line breaks")
    }
    return text
  }

  private mutating func setBody(_ value: LuaValue) throws(BehaviourError) {
    switch value {
    case .nil: break
    case .string, .bytes: body = value.utf8Bytes ?? []
    case .table:
      do {
        body = try value.json(path: "body").encoded()
      } catch ScriptFailure.misuse(let message) {
        throw BehaviourError("the body of a reply: \(message)")
      } catch {
        throw BehaviourError("the body of a reply cannot be written as JSON")
      }
      if self[header: "Content-Type"] == nil { self[header: "Content-Type"] = "application/json" }
    default: throw BehaviourError("the body of a reply is a string or a table")
    }
  }
}

extension LuaValue {
  /// A number without a fraction, of either of Lua's types.
  var wholeNumber: Int? {
    switch self {
    case .integer(let number): Int(exactly: number)
    case .number(let number): Int(exactly: number)
    default: nil
    }
  }
}

/// RFC 9110, 5.6.2.
private func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case 48...57, 65...90, 97...122: true
  default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }
}

extension LuaTable {
  /// Header fields by name, in any spelling of it; of one that occurs twice, a list.
  init(headers: [HeaderField]) {
    self.init(kind: .headers)
    var places: [String: Int] = [:]
    for field in headers {
      guard let index = places[field.name.lowercased()] else {
        places[field.name.lowercased()] = fields.count
        append(field.name, .string(field.value))
        continue
      }
      switch fields[index].value {
      case .table(var list):
        list.items.append(.string(field.value))
        fields[index].value = .table(list)
      case let first:
        fields[index].value = .table(
          LuaTable(items: [first, .string(field.value)], kind: .list))
      }
    }
  }
}
