//  SecretHiding.swift - what was sent in confidence and comes back in an error's text.

internal import StrictJSON

extension Operation {
  /// The values of the secret members of a call.
  func secrets(in given: JSONObject) -> [String] {
    given.compactMap { name, value in
      input.contains { $0.isSecret && $0.name == name } ? value.asString : nil
    }
  }
}

extension String {
  /// Texts shorter than this are no secrets, and would be found everywhere.
  private static let shortestSecret = 4
  /// The beginning of a secret that is as good as all of it: a service may cut short what it repeats.
  private static let tellingBeginning = 16

  /// This text with every one of `secrets`, and every long beginning of one, replaced by `<secret>`.
  func hiding(_ secrets: [String]) -> String {
    secrets.reduce(self) { $0.hiding($1) }
  }

  private func hiding(_ secret: String) -> String {
    let needle = Array(secret.utf8)
    let bytes = Array(utf8)
    let beginning = needle.prefix(Self.tellingBeginning)
    guard needle.count >= Self.shortestSecret else { return self }
    var result: [UInt8] = []
    var kept = 0
    while let place = bytes.place(of: beginning, from: kept) {
      result += bytes[kept..<place]
      result += "<secret>".utf8
      kept = place + zip(needle, bytes[place...]).prefix { $0 == $1 }.count
    }
    return kept == 0 ? self : String(decoding: result + bytes[kept...], as: UTF8.self)
  }
}

extension [UInt8] {
  /// Where `needle`, which is not empty, next stands whole.
  fileprivate func place(of needle: ArraySlice<UInt8>, from start: Int) -> Int? {
    let (first, last) = (needle.first, count - needle.count)
    guard start <= last else { return nil }
    return (start...last).first { place in
      self[place] == first && self[place..<(place + needle.count)].elementsEqual(needle)
    }
  }
}
