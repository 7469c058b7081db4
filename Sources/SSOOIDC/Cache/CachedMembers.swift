//  CachedMembers.swift - the members of a cache file, typed where we know them, kept where we do not.

internal import StrictJSON

/// A JSON object of a cache file.
///
/// Members of other programs stay in their place when the file is written again.
struct CachedMembers: Sendable, Equatable {
  private var object: JSONObject

  init() { object = JSONObject() }

  /// - Throws: ``CacheDamage`` when the bytes are no JSON object.
  init(_ bytes: [UInt8]) throws(CacheDamage) {
    do {
      // Python writes numbers of any length.
      guard let object = try JSON.parse(bytes, limits: .foreign).asObject else {
        throw CacheDamage(reason: "it is not a JSON object")
      }
      self.object = object
    } catch let damage as CacheDamage {
      throw damage
    } catch {
      throw CacheDamage(reason: "it is not JSON: \(error)")
    }
  }

  subscript(_ name: String) -> String? {
    get { object[name]?.asString }
    set { object[name] = newValue.map(JSON.string) }
  }

  subscript(secret name: String) -> Secret? {
    get { self[name].map { Secret($0) } }
    set { self[name] = newValue?.reveal() }
  }

  /// A date as any SDK writes it, also beyond the year 9999; whole seconds with `Z` when set.
  subscript(date name: String) -> Timestamp? {
    get { self[name].flatMap { Timestamp(rfc3339: $0, yearDigits: 4...6) } }
    set { self[name] = newValue?.rfc3339 }
  }

  subscript(list name: String) -> [String]? {
    get { object[name]?.asArray?.compactMap(\.asString) }
    set { object[name] = newValue.map { .array($0.map(JSON.string)) } }
  }

  subscript(flag name: String) -> Bool {
    get { object[name]?.asBool ?? false }
    set { object[name] = newValue ? true : nil }
  }

  subscript(members name: String) -> CachedMembers? {
    get { object[name]?.asObject.map { CachedMembers($0) } }
    set { object[name] = newValue.map { .object($0.object) } }
  }

  private init(_ object: JSONObject) { self.object = object }

  /// - Throws: ``CacheDamage`` when one of `texts` or `date` is missing or empty, or `date` is none.
  func check(texts: [String], date: String) throws(CacheDamage) {
    for name in texts where self[name]?.isEmpty ?? true {
      throw CacheDamage(reason: "it has no \(name)")
    }
    guard self[date: date] == nil else { return }
    let isMissing = [nil, .null, ""].contains(object[date])
    throw CacheDamage(reason: isMissing ? "it has no \(date)" : "\(date) is not a date")
  }

  /// One line as the AWS CLI writes it.
  var bytes: [UInt8] {
    // What was parsed can be written; what we add are texts.
    (try? object.encoded([.spaced, .ascii])) ?? []
  }
}

/// A cache file that cannot be used.
public struct CacheDamage: Error, Sendable, Equatable {
  /// What is wrong with it, in words that show nothing of its content.
  public let reason: String
}
