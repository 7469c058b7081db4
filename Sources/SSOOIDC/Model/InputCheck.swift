//  InputCheck.swift - is this a well-formed call? Asked before anything is sent.
//
//  Knows: names, types, required members, minima, and what a header can carry. As botocore, it
//  lets empty strings and values over a maximum pass: the service decides.

public import StrictJSON

extension Operation {
  /// Checks the members of a call.
  ///
  /// - Parameter given: The members by their AWS names.
  /// - Throws: ``SSOError`` of kind `validation` that names the first wrong member.
  public func check(_ given: JSONObject) throws(SSOError) {
    var missing = input.reduce(0) { $0 + ($1.presence == .required ? 1 : 0) }
    for (name, value) in given {
      guard let index = input.firstIndex(where: { $0.name == name }) else { throw unknown(name) }
      try check(value, input[index].kind, path: name)
      try check(value, input[index])
      if input[index].presence == .required { missing -= 1 }
    }
    guard missing > 0 else { return }  // names are unique in both, so the count tells
    for member in input where member.presence == .required && given[member.name] == nil {
      throw wrong("the member \"\(member.name)\" is missing")
    }
  }

  private func check(
    _ value: JSON, _ kind: Member.Kind, path: @autoclosure () -> String
  ) throws(SSOError) {
    switch (kind, value) {
    case (.string, .string), (.long, .integer): return
    case (.integer, .integer(let number)):
      guard Int32(exactly: number) != nil else {
        throw wrong("the member \"\(path())\" is out of range (32 bits)")
      }
    case (.list(let element), .array(let values)):
      for (index, value) in values.enumerated() {
        try check(value, element, path: "\(path())[\(index)]")
      }
    default:
      throw wrong("the member \"\(path())\" must be \(kind.words), but is \(value.words)")
    }
  }

  private func check(_ value: JSON, _ member: Member) throws(SSOError) {
    if let minimum = member.minimum, let number = value.asInteger, number < minimum {
      throw wrong("the member \"\(member.name)\" must be at least \(minimum)")
    }
    guard member.location == .header, let text = value.asString else { return }
    guard !text.breaksHeader else {
      throw wrong("the member \"\(member.name)\" holds a line break or NUL")
    }
  }

  private func unknown(_ name: String) -> SSOError {
    let hint = Spelling.hint(for: name, among: input.map(\.name))
    return wrong("unknown member \"\(name.escaped(limit: 60))\"\(hint)")
  }

  private func wrong(_ message: String) -> SSOError {
    SSOError(.invalidParameter, .validation, message, operation: name)
  }
}

extension Member.Kind {
  /// The kind in words for messages: `a string`, `a list of strings`.
  var words: String {
    switch self {
    case .string: "a string"
    case .integer, .long: "an integer"
    case .list(.string): "a list of strings"
    case .list: "a list"
    case .structure: "an object"
    }
  }
}

extension JSON {
  /// The kind of value in words for messages.
  var words: String {
    switch self {
    case .null: "null"
    case .bool: "a Boolean"
    case .integer: "an integer"
    case .number: "a number with a fraction or exponent"
    case .literal: "a number out of range"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}
