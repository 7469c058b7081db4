//  OptionTable.swift - a table of options in a script's call, with every member known. Pure.

internal import LuaEngine
internal import SSOOIDC
internal import SSOScript

/// Options by name; what is unknown or of the wrong type is an error that says where.
struct OptionTable {
  private let table: LuaTable
  /// Who asks: `sim.service`.
  let place: String

  /// Takes a table, or nothing.
  init(_ value: LuaValue, _ place: String, known: [String]) throws(ScriptFailure) {
    self.place = place
    switch value {
    case .nil: table = LuaTable()
    case .table(let given) where given.items.isEmpty: table = given
    default:
      throw .misuse("\(place): options go by name, as in { \(known.first ?? "name") = … }")
    }
    switch table.stranger(beside: known) {
    case nil: break
    case .type(let type): throw .misuse("\(place): names of options are strings, got \(type)")
    case .name(let name):
      let near = Spelling.nearest(to: name, among: known)
      let hint =
        near.map { "did you mean \"\($0)\"?" } ?? "there are \(known.joined(separator: ", "))"
      throw .misuse("\(place): unknown option \"\(name.prefix(60))\" (\(hint))")
    }
  }

  subscript(name: String) -> LuaValue { table[name] }

  func text(_ name: String) throws(ScriptFailure) -> String? {
    switch table[name] {
    case .nil: return nil
    case .string(let text): return text
    case let other: throw wrong(name, "string", other)
    }
  }

  func duration(_ name: String) throws(ScriptFailure) -> Duration? {
    guard table[name] != .nil else { return nil }
    let duration = try ScenarioDuration.read(table[name], "\(place): \(name)")
    guard duration >= .zero else { throw .misuse("\(place): \(name) cannot be negative") }
    return duration
  }

  /// A whole number from 1.
  func count(_ name: String) throws(ScriptFailure) -> Int? {
    let value = table[name]
    guard value != .nil else { return nil }
    if let number = value.wholeNumber, (1...1_000_000_000).contains(number) { return number }
    let got = value.isNumber ? Difference.text(value) : value.typeName
    throw .misuse("\(place): \(name): expected a whole number from 1 to 10^9, got \(got)")
  }

  func number(_ name: String) throws(ScriptFailure) -> Double? {
    switch table[name] {
    case .nil: return nil
    case .integer(let number): return Double(number)
    case .number(let number): return number
    case let other: throw wrong(name, "number", other)
    }
  }

  func flag(_ name: String) throws(ScriptFailure) -> Bool? {
    switch table[name] {
    case .nil: return nil
    case .boolean(let flag): return flag
    case let other: throw wrong(name, "boolean", other)
    }
  }

  /// Permission bits, in octal digits.
  func mode(_ name: String) throws(ScriptFailure) -> Int? {
    guard let text = try text(name) else { return nil }
    guard let mode = Int(text, radix: 8), (0...0o777).contains(mode) else {
      throw .misuse("\(place): \(name): octal digits such as \"0644\"")
    }
    return mode
  }

  func texts(_ name: String) throws(ScriptFailure) -> [String]? {
    guard table[name] != .nil else { return nil }
    if case .string(let text) = table[name] { return [text] }
    guard case .table(let list) = table[name], list.fields.isEmpty else {
      throw wrong(name, "list of strings", table[name])
    }
    var texts: [String] = []
    for item in list.items {
      guard case .string(let text) = item else { throw wrong(name, "list of strings", item) }
      texts.append(text)
    }
    return texts
  }

  func variables(_ name: String) throws(ScriptFailure) -> [String: String] {
    guard table[name] != .nil else { return [:] }
    guard case .table(let fields) = table[name], fields.items.isEmpty else {
      throw wrong(name, "table of strings", table[name])
    }
    var values: [String: String] = [:]
    for field in fields.ordered {
      guard case .string(let key) = field.key, case .string(let value) = field.value else {
        throw wrong(name, "table of strings", field.value)
      }
      values[key] = value
    }
    return values
  }

  /// The option `env`.
  ///
  /// A zone is refused that would change nothing: simulated clocks show UTC.
  func environment() throws(ScriptFailure) -> [String: String] {
    let variables = try variables("env")
    if let name = variables.keys.sorted().first(where: { !Self.isVariable($0) }) {
      throw .misuse(
        "\(place): env: \(Difference.quoted(name, limit: 40)) is no name of a variable")
    }
    if let name = variables.keys.sorted().first(where: { variables[$0]?.utf8.contains(0) ?? false })
    {
      throw .misuse("\(place): env: \(name) has a NUL in its value")
    }
    if let zone = variables["TZ"], !Self.namesOfUTC.contains(zone) {
      throw .misuse(
        "\(place): env: TZ is \"\(zone.prefix(40))\", and the clocks of a simulated machine show UTC "
          + "only: leave TZ out, and try other zones with ssoscript run")
    }
    return variables
  }

  /// As a system can have it.
  private static func isVariable(_ name: String) -> Bool {
    !name.isEmpty && !name.utf8.contains { $0 == 0 || $0 == UInt8(ascii: "=") }
  }

  private static let namesOfUTC = ["UTC", "UTC0", "Etc/UTC", ":UTC", ":Etc/UTC", ""]

  func inner(_ name: String, known: [String]) throws(ScriptFailure) -> OptionTable {
    try OptionTable(table[name], "\(place): \(name)", known: known)
  }

  /// Numbers of calls, from 1: one, or a list.
  func calls(_ name: String) throws(ScriptFailure) -> Set<Int>? {
    guard table[name] != .nil else { return nil }
    guard let calls = Self.calls(table[name]) else {
      throw .misuse("\(place): \(name) is a list of numbers from 1, such as { 2, 3 }")
    }
    return calls
  }

  /// `nil` for what is no number from 1, and no list of them.
  static func calls(_ value: LuaValue) -> Set<Int>? {
    var items = [value]
    if case .table(let table) = value { items = table.fields.isEmpty ? table.items : [] }
    let numbers = items.compactMap(\.wholeNumber).filter { $0 > 0 }
    return items.isEmpty || numbers.count < items.count ? nil : Set(numbers)
  }

  private func wrong(_ name: String, _ expected: String, _ got: LuaValue) -> ScriptFailure {
    .misuse("\(place): \(name): expected \(expected), got \(got.typeName)")
  }
}

extension LuaValue {
  fileprivate var isNumber: Bool {
    switch self {
    case .integer, .number: true
    default: false
    }
  }
}
