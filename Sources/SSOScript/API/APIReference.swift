//  APIReference.swift - the API as text, from its declarations.

import SSOOIDC

/// Documentation of the Lua API.
public enum APIReference {
  /// The functions that `name` means: one, those of a module or class, or all.
  public static func functions(named name: String?) -> [APIFunction] {
    select(API.functions.filter { !$0.name.hasPrefix("__") }, name, \.fullName)
  }

  /// The constants that `name` means: one, those of a module, or all.
  public static func constants(named name: String?) -> [APIConstant] {
    select(API.constants, name, \.fullName)
  }

  private static func select<Entry>(
    _ entries: [Entry], _ name: String?, _ fullName: (Entry) -> String
  ) -> [Entry] {
    guard let name else { return entries }
    let exact = entries.filter { [name, "sso.\(name)"].contains(fullName($0)) }
    let beginnings = ["\(name).", "\(name):", "sso.\(name)."]
    return exact.isEmpty
      ? entries.filter { entry in beginnings.contains { fullName(entry).hasPrefix($0) } } : exact
  }

  /// The name that a misspelt one was meant to be.
  public static func nearest(to name: String) -> String? {
    Spelling.nearest(
      to: name, among: API.functions.map(\.fullName) + API.constants.map(\.fullName))
  }

  /// One line: name, value, summary.
  public static func line(_ constant: APIConstant) -> String {
    aligned("\(constant.fullName) = \(constant.text)", constant.summary)
  }

  /// One line: name, arguments, summary.
  public static func line(_ function: APIFunction) -> String {
    aligned(signature(function), function.summary)
  }

  private static func aligned(_ name: String, _ summary: String) -> String {
    name + String(repeating: " ", count: max(2, 44 - name.count)) + summary
  }

  /// Everything there is to know.
  public static func page(_ function: APIFunction) -> String {
    var lines = [signature(function), "", "  \(function.summary)", ""]
    for parameter in function.parameters.all { lines.append(describe(parameter)) }
    if !function.results.isEmpty { lines.append("  gives: \(function.results)") }
    if !function.errors.isEmpty {
      lines.append("  errors: \(function.errors.joined(separator: ", "))")
    }
    if function.permission != .none {
      lines.append("  permission: --allow-\(function.permission.rawValue)")
    }
    if function.suspends { lines.append("  suspends: other tasks run meanwhile") }
    if !function.example.isEmpty { lines.append("  example: \(function.example)") }
    lines.append("  since: \(function.since)")
    return lines.joined(separator: "\n")
  }

  static func signature(_ function: APIFunction) -> String {
    let names = function.parameters.all.map { $0.isRequired ? $0.name : "[\($0.name)]" }
    switch function.parameters {
    case .positional: return "\(function.fullName)(\(names.joined(separator: ", ")))"
    case .variadic: return "\(function.fullName)(\((names + ["…"]).joined(separator: ", ")))"
    case .named: return "\(function.fullName){ \(names.joined(separator: ", ")) }"
    }
  }

  private static func describe(_ parameter: APIParameter) -> String {
    var line = "  \(parameter.name): \(parameter.type.name)"
    if let value = parameter.defaultValue {
      line += ", default \(value)"
    } else if !parameter.isRequired {
      line += ", optional"
    }
    if parameter.isSecret { line += ", secret" }
    return parameter.summary.isEmpty ? line : "\(line). \(parameter.summary)"
  }
}
