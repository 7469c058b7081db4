//  CheckedArguments.swift - arguments compared with their declaration, before anything is done.

package import LuaEngine
import SSOOIDC

/// A declared function as its calls need it.
///
/// Shared, so that a call costs one reference instead of a copy of the declaration.
final class APIBinding: Sendable {
  let function: APIFunction
  let parameters: [APIParameter]
  let body: APIBody
  let isMethod: Bool
  let suspends: Bool
  let usesDisk: Bool
  fileprivate let isNamed: Bool
  private let takesMore: Bool
  /// Which positional arguments are wanted as bytes, a bit for each.
  fileprivate let raw: UInt64

  init(_ function: APIFunction) {
    self.function = function
    parameters = function.parameters.all
    body = function.body
    isMethod = function.isMethod || APIClass(rawValue: function.container) != nil
    suspends = function.suspends
    usesDisk = function.usesDisk
    (isNamed, takesMore) =
      switch function.parameters {
      case .variadic: (false, true)
      case .positional: (false, false)
      case .named: (true, false)
      }
    raw = parameters.prefix(64).enumerated().reduce(0) {
      $1.element.type == .bytes ? $0 | 1 << UInt64($1.offset) : $0
    }
  }

  fileprivate func accepts(_ count: Int) -> Bool { takesMore || count <= parameters.count }
}

/// The arguments of one call, right in name and type.
package struct CheckedArguments {
  let binding: APIBinding
  /// The declared ones in the order of their declaration, as far as they were given, then the rest.
  private let values: [LuaValue]
  /// The object a method was called on.
  package let receiver: LuaObject?

  init(_ call: borrowing LuaArguments, _ binding: APIBinding) throws(ScriptFailure) {
    self.binding = binding
    receiver = binding.isMethod ? try Self.receiver(call[0], binding.function) : nil
    let first = binding.isMethod ? 1 : 0
    if binding.isNamed {
      values = try Self.named(call.values(from: first), binding)
      return
    }
    values = call.values(from: first, raw: binding.raw)
    try Self.checkPositional(values, binding)
    guard binding.accepts(values.count) else {
      throw .misuse("\(binding.function.fullName): too many arguments (\(values.count))")
    }
  }

  /// What came after the declared ones, in a variadic function.
  var rest: [LuaValue] { Array(values.dropFirst(binding.parameters.count)) }

  /// The argument, or nil if it was left out.
  package subscript(name: String) -> LuaValue {
    for index in 0..<Swift.min(values.count, binding.parameters.count)
    where binding.parameters[index].name == name { return values[index] }
    return .nil
  }

  /// Refuses a call without its first arguments, of which `nil` is one when it was given.
  package func require(_ count: Int) throws(ScriptFailure) {
    guard values.count < count else { return }
    let name = binding.parameters[values.count].name
    throw .misuse(
      "\(binding.function.fullName): argument \(values.count + 1) (\(name)) is missing")
  }

  /// The named arguments that were given, in the order of their declaration.
  var given: [(name: String, value: LuaValue)] {
    var given: [(name: String, value: LuaValue)] = []
    given.reserveCapacity(values.count)
    for index in 0..<Swift.min(values.count, binding.parameters.count)
    where !values[index].isNil {
      given.append((binding.parameters[index].name, values[index]))
    }
    return given
  }

  // MARK: As Swift values; the types are checked already.

  package func text(_ name: String) -> String? {
    if case .string(let text) = self[name] { text } else { nil }
  }

  package func bytes(_ name: String) -> [UInt8]? { self[name].utf8Bytes }

  package func integer(_ name: String) -> Int64? {
    switch self[name] {
    case .integer(let integer): integer
    case .number(let number): Int64(exactly: number)
    default: nil
    }
  }

  package func number(_ name: String) -> Double? {
    switch self[name] {
    case .integer(let integer): Double(integer)
    case .number(let number): number
    default: nil
    }
  }

  package func boolean(_ name: String) -> Bool? {
    if case .boolean(let flag) = self[name] { flag } else { nil }
  }

  package func reference(_ name: String) -> LuaReference? {
    if case .reference(let reference) = self[name] { reference } else { nil }
  }

  package func texts(_ name: String) -> [String]? {
    if case .table(let table) = self[name] { table.texts } else { nil }
  }

  package func textLists(_ name: String) -> [[String]] {
    guard case .table(let table) = self[name] else { return [] }
    return table.items.compactMap { if case .table(let list) = $0 { list.texts } else { nil } }
  }

  /// Seconds, fractions included, that make sense as a time to wait.
  ///
  /// What is more than none stays more than none: a loop that waits for what is left of its time would
  /// never end in a world where time passes by waiting only.
  package func duration(_ name: String) throws(ScriptFailure) -> Duration? {
    guard let seconds = number(name) else { return nil }
    guard seconds.isFinite, (0...1e9).contains(seconds) else {
      throw .misuse(
        "\(binding.function.fullName): \(name) must be from 0 to 1000000000 seconds, got \(seconds)"
      )
    }
    return .nanoseconds(seconds > 0 ? max(1, Int64((seconds * 1e9).rounded())) : 0)
  }

  // MARK: Checking

  private static func receiver(
    _ given: LuaValue, _ function: APIFunction
  ) throws(ScriptFailure) -> LuaObject {
    guard case .object(let object) = given else {
      throw .misuse("\(function.fullName): call it with a colon, object:\(function.name)(…)")
    }
    return object
  }

  private static func checkPositional(
    _ given: [LuaValue], _ binding: APIBinding
  ) throws(ScriptFailure) {
    for index in binding.parameters.indices {
      let value = index < given.count ? given[index] : .nil
      // Most are right, and to take a whole parameter out costs a copy of all its texts.
      if fits(value, binding.parameters[index].type) { continue }
      let parameter = binding.parameters[index]
      try check(value, parameter, "argument \(index + 1) (\(parameter.name))", binding)
    }
  }

  private static func named(
    _ given: [LuaValue], _ binding: APIBinding
  ) throws(ScriptFailure) -> [LuaValue] {
    let parameters = binding.parameters
    let table = try namedTable(given, binding.function)
    let values = parameters.indices.map { table[parameters[$0].name] }
    // No name comes twice, so the count tells whether there is another.
    if values.count(where: { !$0.isNil }) != table.fields.count {
      try refuseStranger(in: table, parameters.map(\.name), binding.function)
    }
    for index in parameters.indices where !fits(values[index], parameters[index].type) {
      try check(values[index], parameters[index], parameters[index].name, binding)
    }
    return values
  }

  private static func namedTable(
    _ given: [LuaValue], _ function: APIFunction
  ) throws(ScriptFailure) -> LuaTable {
    switch given.first ?? .nil {
    case .nil: return LuaTable()
    case .table(let table) where table.items.isEmpty && given.count == 1: return table
    case .table(let table) where !table.items.isEmpty:
      throw .misuse("\(function.fullName): arguments go by name, as in { name = value }")
    case let other:
      throw .misuse(
        "\(function.fullName): expected one table of named arguments, got \(other.typeName)")
    }
  }

  private static func refuseStranger(
    in table: LuaTable, _ names: [String], _ function: APIFunction
  ) throws(ScriptFailure) {
    switch table.stranger(beside: names) {
    case nil: break
    case .type(let type):
      throw .misuse("\(function.fullName): argument names are strings, got \(type)")
    case .name(let name):
      let shown = PrintableText.escaped(name, limit: 60)
      let hint = Spelling.hint(for: name, among: names)
      throw .misuse("\(function.fullName): unknown argument \"\(shown)\"\(hint)")
    }
  }

  private static func check(
    _ value: LuaValue, _ parameter: APIParameter, _ place: @autoclosure () -> String,
    _ binding: APIBinding
  ) throws(ScriptFailure) {
    if case .nil = value {
      guard parameter.isRequired else { return }
      throw .misuse("\(binding.function.fullName): \(place()) is missing (\(parameter.type.name))")
    }
    guard let wrong = mismatch(value, parameter.type, path: "") else { return }
    throw .misuse(
      "\(binding.function.fullName): \(place())\(wrong.path): expected \(wrong.expected), "
        + "got \(wrong.got)")
  }

  /// Where `value` is not of `type`.
  private static func mismatch(
    _ value: LuaValue, _ type: APIType, path: String
  ) -> (path: String, expected: String, got: String)? {
    if case .list(let item) = type, case .table(let table) = value {
      guard table.fields.isEmpty else { return (path, type.name, "table with named members") }
      for (index, element) in table.items.enumerated() {
        if let wrong = mismatch(element, item, path: "\(path)[\(index + 1)]") { return wrong }
      }
      return nil
    }
    return fits(value, type) ? nil : (path, type.name, value.typeName)
  }

  /// Whether a value that is there is what it must be; of a list, this leaves the items to
  /// ``mismatch(_:_:path:)``.
  private static func fits(_ value: LuaValue, _ type: APIType) -> Bool {
    switch (type, value) {
    case (_, .nil): false
    case (.any, _), (.string, .string), (.bytes, .string), (.bytes, .bytes), (.integer, .integer),
      (.number, .integer), (.number, .number), (.boolean, .boolean), (.table, .table):
      true
    case (.integer, .number(let number)): Int64(exactly: number) != nil
    case (.function, .reference(let reference)): reference.kind == .function
    case (.object, .object): true
    default: false
    }
  }
}

extension LuaTable {
  /// Those of its items that are texts.
  fileprivate var texts: [String] {
    items.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }

  /// The fields by their keys: a table's own order differs from run to run, and with it would what is
  /// said of the first that is wrong.
  package var ordered: [Field] {
    fields.sorted { left, right in
      guard case .string(let name) = left.key, case .string(let other) = right.key else {
        return "\(left.key)" < "\(right.key)"
      }
      return name.utf8.lexicographicallyPrecedes(other.utf8)
    }
  }

  /// A key that a table should not have.
  package enum Stranger { case name(String), type(String) }

  /// A key that is none of `known`, the same one in each run; nil when there is none.
  package func stranger(beside known: [String]) -> Stranger? {
    let strangers = fields.map(\.key).filter { key in !known.contains { .string($0) == key } }
    if strangers.isEmpty { return nil }
    return Self.firstName(strangers).map(Stranger.name)
      ?? .type(strangers.map(\.typeName).min() ?? "")
  }

  /// The first of the names among `keys` by the alphabet, as a table's own order differs from run to
  /// run; nil when one of them is no name.
  static func firstName(_ keys: [LuaValue]) -> String? {
    let names = keys.compactMap { key in if case .string(let name) = key { name } else { nil } }
    return names.count == keys.count ? names.min() : nil
  }
}
