//  Members.swift - typed values to members of a call and back.

internal import StrictJSON

extension JSONObject {
  /// Sets a text that may be absent.
  mutating func set(_ name: String, _ text: String?) {
    if let text { self[name] = .string(text) }
  }

  /// Sets a secret that may be absent.
  mutating func set(_ name: String, _ secret: Secret?) { set(name, secret?.reveal()) }

  /// Sets a list of texts that may be absent.
  mutating func set(_ name: String, _ texts: [String]?) {
    if let texts { self[name] = .array(texts.map(JSON.string)) }
  }

  /// The text under `name`; empty when the answer was allowed to lack it.
  func string(_ name: String) -> String { self[name]?.asString ?? "" }

  /// The secret under `name`; empty when the answer was allowed to lack it.
  func secret(_ name: String) -> Secret { Secret(string(name)) }

  /// The secret under `name`, if there is one.
  func optionalSecret(_ name: String) -> Secret? { self[name]?.asString.map { Secret($0) } }

  /// The texts under `name`, if there is a list.
  func strings(_ name: String) -> [String]? {
    self[name]?.asArray.map { $0.compactMap(\.asString) }
  }

  /// The seconds under `name`.
  func seconds(_ name: String) -> Duration? { self[name]?.asInteger.map { .seconds($0) } }

  /// The point in time under `name`, given in seconds since 1970.
  func time(_ name: String) -> Timestamp? {
    self[name]?.asInteger.map { Timestamp(seconds: $0) }
  }
}
