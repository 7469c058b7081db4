//  ArgumentsModule.swift - sso.arguments: a script's own options.

import LuaEngine
public import SSOOIDC

extension API {
  static let argumentFunctions: [APIFunction] = [
    APIFunction(
      "sso", "arguments",
      "Reads the script's arguments as options: --name value, --name=value, --flag, --no-flag.",
      .named([
        APIParameter(
          "options", .table,
          "By name, `_` for `-`: \"string\", \"integer\", \"boolean\", or a list of words."),
        APIParameter("words", .list(.string), default: "arg", "What to read."),
        APIParameter(
          "positional", .boolean, default: "true",
          "Whether words that belong to no option are taken."),
        APIParameter(
          "exclusive", .list(.list(.string)), required: false,
          "Groups of options of which one at most is given."),
        APIParameter(
          "together", .list(.list(.string)), required: false,
          "Groups of options that are given all or not at all."),
      ]),
      results: "the values by name; other words as list items", errors: ["UsageError"],
      example: "local options = sso.arguments { options = { profile = \"string\" } }",
      { arguments, host throws(ScriptFailure) in
        let words = OptionWords(kinds: try Self.kinds(arguments))
        let rules = try Self.rules(arguments, words)
        do throws(OptionWords.Wrong) {
          let found = try words.read(arguments.texts("words") ?? host.options.arguments)
          try rules.check(found)
          return .value(.table(LuaTable(found)))
        } catch {
          throw .failed(.usage, .validation, error.message)
        }
      })
  ]

  private static func kinds(
    _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> [String: OptionWords.Kind] {
    guard case .table(let table) = arguments["options"] else { return [:] }
    var kinds: [String: OptionWords.Kind] = [:]
    for field in table.ordered {
      guard case .string(let name) = field.key, let kind = OptionWords.Kind(field.value) else {
        throw .misuse(
          "sso.arguments: an option is \"string\", \"integer\", \"boolean\" or a list of words")
      }
      guard !name.contains("-") else {
        let name = PrintableText.escaped(name, limit: 60)
        throw .misuse(
          "sso.arguments: an option's name has _ for -: write \(OptionWords.luaName(name)) "
            + "in place of \(name)")
      }
      kinds[name] = kind
    }
    return kinds
  }

  private static func rules(
    _ arguments: CheckedArguments, _ words: OptionWords
  ) throws(ScriptFailure) -> OptionGroups {
    let groups = OptionGroups(
      takesPositional: arguments.boolean("positional") ?? true,
      exclusive: arguments.textLists("exclusive"), together: arguments.textLists("together"))
    guard let stranger = groups.names.first(where: { words.kinds[$0] == nil }) else {
      return groups
    }
    let name = PrintableText.escaped(stranger, limit: 60)
    throw .misuse("sso.arguments: \"\(name)\" of a group is none of the options")
  }
}

extension OptionWords.Kind {
  fileprivate init?(_ value: LuaValue) {
    switch value {
    case "string": self = .text
    case "integer": self = .integer
    case "boolean": self = .flag
    case .table(let table) where table.fields.isEmpty && !table.items.isEmpty:
      let words = table.items.compactMap { if case .string(let word) = $0 { word } else { nil } }
      guard words.count == table.items.count else { return nil }
      self = .choice(words)
    default: return nil
    }
  }
}

extension LuaTable {
  fileprivate init(_ found: OptionWords.Result) {
    self.init(items: found.rest.map(LuaValue.string))
    for (name, value) in found.values {
      switch value {
      case .text(let text): append(name, .string(text))
      case .integer(let number): append(name, .integer(number))
      case .flag(let flag): append(name, .boolean(flag))
      }
    }
  }
}

extension SSOError.Code {
  /// The person typed something wrong.
  public static let usage = Self("UsageError")
}
