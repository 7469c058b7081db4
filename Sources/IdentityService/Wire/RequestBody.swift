//  RequestBody.swift - the members of a request, read strictly.
//
//  Knows: an empty text counts as absent, unknown members are ignored, a repeated one is refused
//  (R8628-03).
//  Does not know: which members an operation needs.

internal import StrictJSON

/// The JSON object in a request's body.
struct RequestBody {
  private let members: JSONObject

  /// Reads the bytes; flat objects are all that operations take, lists in them at most.
  init(_ bytes: [UInt8]) throws(ServiceError) {
    let value: JSON
    do {
      value = try JSON.parse(bytes, limits: JSONLimits(depth: 8))
    } catch {
      throw .invalidRequest("The body is not JSON: \(error)")
    }
    guard let members = value.asObject else {
      throw .invalidRequest("The body is not a JSON object but a JSON \(value.kind)")
    }
    self.members = members
  }

  /// A text that may be absent: missing, `null` or empty.
  func text(_ name: String) throws(ServiceError) -> String? {
    guard let value = members[name], !value.isNull else { return nil }
    guard let text = value.asString else { throw .invalidRequest("\(name) is not a string") }
    return text.isEmpty ? nil : text
  }

  /// A text that must be there.
  func required(_ name: String) throws(ServiceError) -> String {
    guard let text = try text(name) else { throw .invalidRequest("\(name) is required") }
    return text
  }

  /// A list of texts; missing, `null` and empty are the same.
  ///
  /// - Throws: `invalid_request` for other types and for more than 50 texts.
  func list(_ name: String) throws(ServiceError) -> [String] {
    guard let value = members[name], !value.isNull else { return [] }
    guard let list = value.asArray, list.count <= 50 else {
      throw .invalidRequest("\(name) is not a list of at most 50 strings")
    }
    var texts: [String] = []
    for element in list {
      guard let text = element.asString else {
        throw .invalidRequest("\(name) is not a list of strings")
      }
      texts.append(text)
    }
    return texts
  }
}
