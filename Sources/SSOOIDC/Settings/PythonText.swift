//  PythonText.swift - text as Python sees it, in which AWS's tools read the config file. Pure.
//
//  Knows: its white space, lower case and line ends. All by scalars: to Swift a letter, a sign or a
//  blank is another character with an accent behind it.

internal import StrictJSON

extension Unicode.Scalar {
  /// As `str.isspace`: also four separators of ASCII that Unicode calls no white space.
  var isPythonSpace: Bool { properties.isWhitespace || (0x1C...0x1F).contains(value) }

  /// Whether `str.splitlines` cuts here.
  fileprivate var endsPythonLine: Bool {
    switch value {
    case 0x0A...0x0D, 0x1C...0x1E, 0x85, 0x2028, 0x2029: true
    default: false
    }
  }
}

extension Substring {
  /// As `str.strip`: without white space at both ends.
  var stripped: String {
    guard let first = unicodeScalars.firstIndex(where: { !$0.isPythonSpace }),
      let last = unicodeScalars.lastIndex(where: { !$0.isPythonSpace })
    else { return "" }
    return String(self[first..<unicodeScalars.index(after: last)])
  }
}

extension String {
  /// As `str.splitlines`, each line stripped; an empty one is as good as none.
  var pythonLines: [String] {
    unicodeScalars.split { $0.endsPythonLine }.map { Substring($0).stripped }
  }

  /// As `str.lower`, which knows the sigma at the end of a word.
  var pythonLowercased: String {
    guard containsBytes("\u{3A3}") else { return lowercased() }
    return unicodeScalars.indices.map { index in
      let scalar = unicodeScalars[index]
      guard scalar == "\u{3A3}" else { return scalar.properties.lowercaseMapping }
      return endsWord(at: index) ? "\u{3C2}" : "\u{3C3}"
    }.joined()
  }

  private func endsWord(at index: Index) -> Bool {
    let before = unicodeScalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = unicodeScalars[unicodeScalars.index(after: index)...]
      .first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }
}
