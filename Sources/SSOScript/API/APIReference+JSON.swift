//  APIReference+JSON.swift - the API as data: for the reference in docs, for editors.

import StrictJSON

extension APIReference {
  /// The functions and constants that `name` means, or all, as one JSON object.
  public static func json(named name: String?) -> String {
    let reference: JSON = [
      "functions": .array(functions(named: name).map(\.json)),
      "constants": .array(constants(named: name).map(\.json)),
    ]
    // Texts and flags only: encoding has nothing to refuse.
    return String(decoding: (try? reference.encoded([.pretty])) ?? [], as: UTF8.self)
  }
}

extension APIFunction {
  fileprivate var json: JSON {
    [
      "name": .string(fullName), "container": .string(container),
      "signature": .string(APIReference.signature(self)), "summary": .string(summary),
      "parameters": .array(parameters.all.map(\.json)), "style": .string(parameters.style),
      "results": .string(results), "errors": .array(errors.map(JSON.string)),
      "permission": .string(permission.rawValue), "suspends": .bool(suspends),
      "example": .string(example), "since": .string(since),
    ]
  }
}

extension APIParameters {
  fileprivate var style: String {
    switch self {
    case .positional: "positional"
    case .variadic: "variadic"
    case .named: "named"
    }
  }
}

extension APIParameter {
  fileprivate var json: JSON {
    [
      "name": .string(name), "type": .string(type.name), "required": .bool(isRequired),
      "default": defaultValue.map(JSON.string) ?? .null, "summary": .string(summary),
      "secret": .bool(isSecret),
    ]
  }
}

extension APIConstant {
  fileprivate var json: JSON {
    ["name": .string(fullName), "value": .string(text), "summary": .string(summary)]
  }
}
