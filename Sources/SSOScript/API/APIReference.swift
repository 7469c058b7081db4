//  APIReference.swift - the API as text, from its declarations.

import SSOOIDC

/// Documentation of the Lua API.
public enum APIReference {
  /// The functions that `name` means: one, those of a module or class, or all.
  public static func functions(named name: String?) -> [APIFunction] {
    let listed = API.functions.filter { !$0.name.hasPrefix("__") }
    guard let name else { return listed }
    let exact = listed.filter { $0.fullName == name || $0.fullName == "sso.\(name)" }
    return exact.isEmpty
      ? listed.filter { $0.fullName.hasPrefix(name + ".") || $0.fullName.hasPrefix(name + ":") }
      : exact
  }

  /// The name that a misspelt one was meant to be.
  public static func nearest(to name: String) -> String? {
    Spelling.nearest(to: name, among: API.functions.map(\.fullName))
  }

  /// One line: name, arguments, summary.
  public static func line(_ function: APIFunction) -> String {
    let name = signature(function)
    let gap = String(repeating: " ", count: max(2, 44 - name.count))
    return name + gap + function.summary
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

  private static func signature(_ function: APIFunction) -> String {
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
