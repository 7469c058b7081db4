//  AnswerValue.swift - the single values of an answer.
//
//  Knows: what each modelled member must look like (H09, H12, H15-H18, H26, H34). Pure.

internal import StrictJSON

/// Why a value is refused, in words that follow "the answer".
struct AnswerFault: Error {
  let words: String
}

extension [Member] {
  /// Takes the members out of `object`; `path` leads to it.
  func read(from object: JSONObject, path: String = "") throws(AnswerFault) -> JSONObject {
    var result = JSONObject()
    result.reserveCapacity(count)
    for member in self {
      let value = object[member.wireName]
      if member.format == .interval {
        result[member.name] = .integer(AnswerLimits.interval(value))
      } else if let value, !value.isNull {
        let place = path.isEmpty ? member.name : "\(path).\(member.name)"
        result[member.name] = try value.read(member.kind, place)
          .meeting(member.format, place)
      }
      if member.presence == .expected, result[member.name]?.isEmptyText ?? true {
        throw AnswerFault(words: "lacks \(path.isEmpty ? "" : path + ".")\(member.name)")
      }
    }
    return result
  }
}

/// The numbers of this file.
private enum AnswerLimits {
  /// Seconds between polls when the service names none (RFC 8628 section 3.2).
  private static let usualInterval: Int64 = 5
  /// Characters of a code that a person types.
  static let userCode = 64
  /// Bytes of a token type that is shown.
  static let word = 16

  /// A sensible number of seconds between polls, whatever the service sent (H16).
  static func interval(_ value: JSON?) -> Int64 {
    let seconds = value?.asInteger ?? value?.asString.flatMap { Int64($0) }
    guard let seconds, (0...Int64(Int32.max)).contains(seconds) else { return usualInterval }
    return max(1, seconds)
  }
}

extension JSON {
  fileprivate var isEmptyText: Bool { asString?.isEmpty ?? false }

  /// This value as `kind`; integers are also taken from text.
  fileprivate func read(_ kind: Member.Kind, _ path: String) throws(AnswerFault) -> JSON {
    switch (kind, self) {
    case (.string, .string), (.long, .integer), (.integer, .integer): return self
    case (.integer, .string(let text)), (.long, .string(let text)):
      guard let number = Int64(text), !text.hasPrefix("+") else { break }
      return .integer(number)
    case (.list(let element), .array(let values)):
      var elements: [JSON] = []
      elements.reserveCapacity(values.count)
      for (index, value) in values.enumerated() {
        elements.append(try value.read(element, "\(path)[\(index)]"))
      }
      return .array(elements)
    case (.structure(let members), .object(let object)):
      return .object(try members.read(from: object, path: path))
    default: break
    }
    throw AnswerFault(words: "has \(words) as \(path), which must be \(kind.words)")
  }

  /// This value, if it meets `format`.
  fileprivate func meeting(
    _ format: Member.Format, _ path: String
  ) throws(AnswerFault) -> JSON {
    switch format {
    case .any, .interval: return self
    case .lifetime:
      guard let seconds = asInteger, (1...Int64(Int32.max)).contains(seconds) else {
        throw AnswerFault(
          words: "has \(asInteger.map(String.init) ?? words) as \(path): no lifetime in seconds")
      }
    case .token:
      guard asString?.hasControlCharacters != true else {
        throw AnswerFault(words: "has a control character in \(path)")
      }
    case .bearer:
      let type = asString ?? ""
      guard type.equalsIgnoringASCIICase("Bearer") else {
        let isWord = type.utf8.count <= AnswerLimits.word  // a longer one may be the token itself
        throw AnswerFault(
          words: isWord
            ? "has the \(path) \"\(type.escaped())\", not Bearer"
            : "has a \(path) other than Bearer")
      }
    case .link: try checkLink(path)
    case .userCode: try checkUserCode(path)
    }
    return self
  }

  /// Only https, or http on this machine, may reach a browser (H17).
  private func checkLink(_ path: String) throws(AnswerFault) {
    let text = asString ?? ""
    guard URLParts(text)?.isForBrowsers == true else {
      throw AnswerFault(
        words: "has a \(path) that is no https URL: \"\(text.escaped(limit: 100))\"")
    }
  }

  /// Only what a person can read and type (H18).
  private func checkUserCode(_ path: String) throws(AnswerFault) {
    let text = asString ?? ""
    guard text.utf8.count <= AnswerLimits.userCode,
      text.utf8.allSatisfy({ (0x20...0x7E).contains($0) })
    else {
      throw AnswerFault(
        words: "has a \(path) that cannot be shown: \"\(text.escaped(limit: 40))\"")
    }
  }
}
