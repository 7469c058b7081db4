//  JSON.swift - one JSON value (RFC 8259).
//
//  Knows: the seven kinds of value; integers and other numbers stay apart.
//  Does not know: bytes (JSONParser, JSONWriter).

/// One JSON value.
///
/// Integers that fit 64 bits stay integers; a number with a fraction or an exponent is a
/// ``number(_:)``, even when it is whole (`1.0`).
public enum JSON: Sendable, Equatable {
  /// `null`.
  case null
  /// `true` or `false`.
  case bool(Bool)
  /// A number without fraction and exponent.
  case integer(Int64)
  /// Any other number; always finite when it was parsed.
  case number(Double)
  /// A number that fits neither, as it is written; only where
  /// ``JSONLimits/keepsLargeNumbers`` asks for it.
  case literal(String)
  /// Text, always valid Unicode; it may hold U+0000.
  case string(String)
  /// Values in order.
  case array([JSON])
  /// Members in order, each name once.
  case object(JSONObject)
}

extension JSON {
  /// The text of a string, else `nil`.
  public var asString: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The value of an integer, else `nil`; a number such as `1.0` is no integer.
  public var asInteger: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }

  /// The value of an integer or another number, else `nil`.
  public var asNumber: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The value of a Boolean, else `nil`.
  public var asBool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The elements of an array, else `nil`.
  public var asArray: [JSON]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The members of an object, else `nil`.
  public var asObject: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// Whether this is `null`.
  public var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The kind of value in JSON's words (`string`, `integer`, `object`), for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer: "integer"
    case .number, .literal: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Makes a string.
  public init(stringLiteral value: String) { self = .string(value) }
  /// Makes an integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// Makes a number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Makes a Boolean.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// Makes `null`.
  public init(nilLiteral: ()) { self = .null }
  /// Makes an array.
  public init(arrayLiteral elements: JSON...) { self = .array(elements) }
  /// Makes an object; of two members with one name the later wins.
  public init(dictionaryLiteral elements: (String, JSON)...) { self = .object(.init(elements)) }
}
