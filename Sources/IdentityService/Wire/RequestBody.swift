//  RequestBody.swift - the members of a request, read strictly.
//
//  Knows: an empty text counts as absent, unknown members are ignored, a repeated one is refused
//  (R8628-03); and how each dialect spells AWS's names.
//  Does not know: which members an operation needs.

internal import StrictJSON

/// The members of a request, asked for by AWS's names.
struct RequestBody {
  private enum Members {
    case json(JSONObject)
    case form(FormParameters)
  }

  private let members: Members
  private let dialect: Dialect

  /// JSON to AWS, a form by the RFCs, but for registrations; never guessed (S36).
  init(
    of request: ServiceRequest, _ operation: Operation, type: @autoclosure () -> String?,
    _ dialect: Dialect
  ) throws(ServiceError) {
    guard dialect == .rfc, operation != .registerClient else {
      try self.init(json: request.json, dialect)
      return
    }
    let type = type().map(mediaType)
    guard type == nil || type == "application/x-www-form-urlencoded" else {
      throw .invalidRequest("The body is not a form (application/x-www-form-urlencoded)")
    }
    try self.init(form: request.body)
  }

  /// Takes a JSON object.
  init(
    json document: Result<JSON, JSONError>, _ dialect: Dialect = .aws
  ) throws(ServiceError) {
    let value: JSON
    do throws(JSONError) {
      value = try document.get()
    } catch {
      throw .invalidRequest("The body is not JSON: \(error)")
    }
    guard let members = value.asObject else {
      throw .invalidRequest("The body is not a JSON object but a JSON \(value.kind)")
    }
    self.members = .json(members)
    self.dialect = dialect
  }

  /// Reads a form (RFC 6749, appendix B).
  init(form bytes: [UInt8]) throws(ServiceError) {
    guard let parameters = FormParameters(String(decoding: bytes, as: UTF8.self)) else {
      throw .invalidRequest("The body is not a form (application/x-www-form-urlencoded)")
    }
    guard parameters.repeated.isEmpty else {
      throw .invalidRequest("The body has a parameter twice")
    }
    members = .form(parameters)
    dialect = .rfc
  }

  /// All of them, as they were sent.
  var object: JSONObject {
    switch members {
    case .json(let members): members
    case .form(let parameters): parameters.object
    }
  }

  /// A text that may be absent: missing, `null` or empty.
  func text(_ name: String) throws(ServiceError) -> String? {
    let name = dialect.spelling(of: name)
    switch members {
    case .form(let parameters): return parameters[name]
    case .json(let members):
      guard let value = members[name], !value.isNull else { return nil }
      guard let text = value.asString else { throw .invalidRequest("\(name) is not a string") }
      return text.isEmpty ? nil : text
    }
  }

  /// A text that must be there.
  func required(_ name: String) throws(ServiceError) -> String {
    guard let text = try text(name) else {
      throw .invalidRequest("\(dialect.spelling(of: name)) is required")
    }
    return text
  }

  /// A list of texts; missing, `null` and empty are the same.
  ///
  /// - Throws: `invalid_request` for other types and for more than 50 texts.
  func list(_ name: String) throws(ServiceError) -> [String] {
    let name = dialect.spelling(of: name)
    guard case .json(let members) = members else { return try words(name) }
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

  /// The scopes asked for: a list to AWS, words in one text to RFC 6749 section 3.3.
  func scopes(_ name: String) throws(ServiceError) -> [String] {
    try dialect == .aws ? list(name) : words("scope")
  }

  private func words(_ name: String) throws(ServiceError) -> [String] {
    let words = (try text(name) ?? "").split(separator: " ").map(String.init)
    guard words.count <= 50 else { throw .invalidRequest("\(name) has more than 50 words") }
    return words
  }
}

/// `text/html` out of `Text/HTML ; charset=utf-8` (RFC 9110, 5.6.6).
private func mediaType(_ field: String) -> String {
  var type = field.prefix { $0 != ";" }
  while type.last == " " || type.last == "\t" { type.removeLast() }
  return type.lowercased()
}
