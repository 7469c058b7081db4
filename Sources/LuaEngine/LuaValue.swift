//  LuaValue.swift - what crosses the border between a script and the host.
//
//  Knows: Lua's types as Swift values, byte-exact.
//  Does not know: the interpreter (LuaMachine), what the values mean.

/// One Lua value.
///
/// Tables cross by value, as far as they hold plain data; functions, coroutines and foreign
/// userdata cross as ``LuaReference``. The large payloads are boxed, so that the small ones, which are
/// most, are cheap to copy.
public enum LuaValue: Equatable, Sendable {
  /// Nothing: an absent argument, an absent table field.
  case `nil`
  /// JSON's null, `sso.null` in a script; true in a condition, unlike nil.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A number of the integer subtype.
  case integer(Int64)
  /// A number of the float subtype; may be NaN or infinite.
  case number(Double)
  /// A string that is valid UTF-8; NUL and every other scalar keep their place.
  case string(String)
  /// A string that is not valid UTF-8.
  case bytes([UInt8])
  /// A table of plain data.
  indirect case table(LuaTable)
  /// A value that stays in Lua.
  case reference(LuaReference)
  /// A host object that the script holds.
  case object(LuaObject)
  /// A host object on its way to a script, with what the script reads as `object.name`.
  indirect case newObject(LuaObject, properties: LuaTable)

  /// Whether there is nothing.
  public var isNil: Bool { if case .nil = self { true } else { false } }

  /// The bytes of a string, or nil for any other type.
  public var utf8Bytes: [UInt8]? {
    switch self {
    case .string(let text): Array(text.utf8)
    case .bytes(let bytes): bytes
    default: nil
    }
  }

  /// The type's name as Lua's `type` gives it, with integers and host objects told apart.
  public var typeName: String {
    switch self {
    case .nil: "nil"
    case .null: "null"
    case .boolean: "boolean"
    case .integer: "integer"
    case .number: "number"
    case .string: "string"
    case .bytes: "string that is not UTF-8"
    case .table: "table"
    case .reference(let reference): reference.kind.rawValue
    case .object, .newObject: "object"
    }
  }
}

extension LuaValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral
{
  /// Makes a string.
  public init(stringLiteral text: String) { self = .string(text) }
  /// Makes a number of the integer subtype.
  public init(integerLiteral integer: Int64) { self = .integer(integer) }
  /// Makes a boolean.
  public init(booleanLiteral flag: Bool) { self = .boolean(flag) }
}

/// A table of plain data: list items 1…n, and every other field in no particular order.
public struct LuaTable: Equatable, Sendable {
  /// What a table is besides a table.
  public enum Kind: Sendable {
    /// An ordinary table.
    case plain
    /// A list that stays one when it is empty (JSON `[]`).
    case list
    /// An error of the host, with the locked metatable.
    case error
    /// Fields that a script finds by their names in any case; to the host it comes back as plain.
    case headers
  }

  /// One field that is not a list item.
  public struct Field: Equatable, Sendable {
    /// A string, number or boolean.
    public var key: LuaValue
    /// Never nil.
    public var value: LuaValue

    /// Makes a field.
    public init(key: LuaValue, value: LuaValue) {
      self.key = key
      self.value = value
    }
  }

  /// The values under 1, 2, 3, … up to the first nil.
  public var items: [LuaValue]
  /// Everything else.
  public var fields: [Field]
  /// Which metatable it has.
  public var kind: Kind

  /// Makes a table from its parts.
  public init(items: [LuaValue] = [], fields: [Field] = [], kind: Kind = .plain) {
    self.items = items
    self.fields = fields
    self.kind = kind
  }

  /// Makes a table from named members; nil values are left out.
  public init(_ members: KeyValuePairs<String, LuaValue>, kind: Kind = .plain) {
    self.init(kind: kind)
    fields.reserveCapacity(members.count)
    for (name, value) in members where !value.isNil {
      fields.append(Field(key: .string(name), value: value))
    }
  }

  /// The field under a string key, or nil.
  public subscript(key: String) -> LuaValue {
    for index in fields.indices {
      if case .string(let name) = fields[index].key, name == key { return fields[index].value }
    }
    return .nil
  }
}

/// A host object in a script's hands: its class, and a number that only the host can read.
public struct LuaObject: Equatable, Sendable {
  /// Which kind of object, as ``LuaMachine/defineClass(_:)`` gave it.
  public var classID: UInt32
  /// The host's number for it.
  public var handle: Int64

  /// Names an object.
  public init(classID: UInt32, handle: Int64) {
    self.classID = classID
    self.handle = handle
  }
}
