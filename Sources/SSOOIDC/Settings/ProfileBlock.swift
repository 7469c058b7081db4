//  ProfileBlock.swift - where in AWS's config file a block of our profiles stands. Pure.
//
//  Knows: its marks, those of earlier versions as well, and where AWS's CLI puts a key: behind the
//  last line of its section with a `:` or `=`, be that a comment, and at the end of the file one line
//  further. So keys of the section before a block may stand in it, and keys of its last profile
//  behind it, and behind further blocks in which nothing begins.
//  Does not know: what the profiles are (ProfileSections).

internal import StrictJSON

/// The lines before and behind a block.
struct ProfileMarks {
  /// As it is written: without `:` and `=`.
  let first: String
  let last: String
  private let older: (first: String, last: String)

  /// Those of the profiles of a session, or of a start URL.
  init(of place: String) {
    let plain = place.replacingBytes("%", with: "%25").replacingBytes(":", with: "%3A")
      .replacingBytes("=", with: "%3D").escaped(limit: .max)
    first = "# ssoscript, profiles of \(plain); changes here are lost"
    last = "# ssoscript, end of the profiles of \(plain)"
    let old = place.escaped(limit: 200)
    older = (
      "# ssoscript: profiles of \(old); changes here are lost",
      "# ssoscript: end of the profiles of \(old)"
    )
  }

  func begins(_ line: Substring) -> Bool { [first, older.first].contains(where: line.holds) }
  func ends(_ line: Substring) -> Bool { [last, older.last].contains(where: line.holds) }

  /// Whether a block of ours begins here, whosever.
  static func begin(_ line: Substring) -> Bool { line.starts("profiles of ") }
  static func end(_ line: Substring) -> Bool { line.starts("end of the profiles of ") }
}

/// A config file around the block of one place.
struct ProfileBlock {
  /// What stands before the block; all of the file where there is none.
  private(set) var before: [Substring]
  /// The sections behind it.
  private(set) var after: [Substring] = []
  /// The header of its last section, which the keys behind it are of.
  private(set) var lastHeader: Substring?
  private var behind: [Substring] = []

  /// Finds the block.
  ///
  /// - Throws: ``SSOError/Code/invalidConfiguration`` when it has no end.
  init(_ marks: ProfileMarks, in file: String) throws(SSOError) {
    let lines = Self.mended(file.configLines)
    guard let start = lines.firstIndex(where: marks.begins) else {
      before = lines
      return
    }
    guard let end = lines[start...].firstIndex(where: marks.ends) else {
      throw SSOError(
        .invalidConfiguration, .validation,
        "the config file has a line \"\(lines[start].stripped)\" and no line \"\(marks.last)\" "
          + "after it"
      )
    }
    before = Array(lines[..<start])
    let rest = lines[(end + 1)...]
    let next = rest.firstIndex { $0.isHeader || ProfileMarks.begin($0) } ?? rest.endIndex
    behind = Array(rest[..<next])
    after = Array(rest[next...])
    gather()
    settle(lines[(start + 1)..<end])
  }

  /// Takes keys that stand behind further blocks, but before any section: they follow those behind
  /// this one.
  private mutating func gather() {
    let head = after.prefix { !$0.isHeader }
    behind += head.filter(\.isContent).map(\.ended)
    after = head.filter { !$0.isContent } + after.dropFirst(head.count)
  }

  /// Finds whose the lines behind the block are.
  private mutating func settle(_ block: ArraySlice<Substring>) {
    lastHeader = block.last(where: \.isHeader)
    if lastHeader == nil {
      // In a block without sections nothing begins.
      guard hasKeysBehind else { return }
      before += behind
      behind = []
    } else if behind.first(where: \.isContent)?.isIndented == true,
      let key = block.lastIndex(where: { $0.isContent && !$0.isIndented }), !block[key].isHeader
    {
      // The lines of a value stay with their key.
      behind = block[key...] + behind
    }
  }

  /// Moves keys that stand between a block's begin and its first section to before it: they are of
  /// the section that is there.
  private static func mended(_ lines: [Substring]) -> [Substring] {
    var done: [Substring] = []
    var rest = lines[...]
    while let line = rest.popFirst() {
      if ProfileMarks.begin(line) {
        let keys = rest.prefix { !$0.isHeader && !ProfileMarks.begin($0) && !ProfileMarks.end($0) }
        if keys.count < rest.count, keys.contains(where: \.isContent) {
          rest = rest.dropFirst(keys.count)
          let blanks = done.reversed().prefix(while: \.isBlank).count
          done.insert(contentsOf: keys, at: done.count - blanks)
        }
      }
      done.append(line)
    }
    return done
  }

  // MARK: Profiles that go and come back

  /// Gives keys behind the block whose profile is none of `names` a section of their own, and takes
  /// the keys of such a section back for one of them that has none.
  ///
  /// Only from directly behind the block, and not from a section that signs in: what stands elsewhere
  /// or does more is somebody's profile.
  mutating func settleKeys(of names: [String]) {
    let names = Set(names.map { AWSConfig.Key($0) })
    if hasKeysBehind, let header = lastHeader, !header.isProfile(of: names) {
      let lines = behind(under: header).configLines
      behind = lines.prefix { !$0.isContent }
      after = lines.dropFirst(behind.count) + after
    }
    guard !hasKeysBehind else { return }
    var start = after.startIndex
    while start < after.endIndex, after[start].isHeader {
      let lines = after[(start + 1)...]
      let end = lines.firstIndex { $0.isHeader || ProfileMarks.begin($0) } ?? lines.endIndex
      guard !lines[..<end].contains(where: \.signsIn) else { return }
      if after[start].isProfile(of: names) {
        lastHeader = after[start]
        behind += lines[..<end].map(\.ended)
        return after.removeSubrange(start..<end)
      }
      start = end
    }
  }

  // MARK: Keys behind it

  /// Whether somebody has put keys of its last section behind it.
  var hasKeysBehind: Bool { behind.contains(where: \.isContent) }

  /// What stands behind it, up to the next section, without keys that stand in it now.
  func behind(without keys: Set<AWSConfig.Key>) -> String {
    var isOurs = false
    return behind.filter { line in
      guard line.isContent else { return true }
      if !line.isIndented { isOurs = keys.contains(line.key) }
      return !isOurs
    }.joined()
  }

  /// The same with a header of its own, for keys whose section is not in the block any more.
  func behind(under header: Substring) -> String {
    let comments = behind.prefix { !$0.isContent }
    let gap = comments.last?.isBlank == true ? "" : "\n"
    return comments.joined() + gap + header + behind.dropFirst(comments.count).joined()
  }

  // MARK: Other blocks

  /// Another block of ours that a profile stands in: its first line, and the numbers of first and
  /// last.
  static func other(
    than marks: ProfileMarks, with profile: String, in file: String
  ) -> (mark: String, lines: ClosedRange<Int>)? {
    let lines = file.configLines
    for start in lines.indices where ProfileMarks.begin(lines[start]) && !marks.begins(lines[start])
    {
      let end = lines[start...].firstIndex(where: ProfileMarks.end) ?? lines.endIndex
      let sections = lines[start..<end].drop { !$0.isHeader }.joined()
      if (try? AWSConfig.parse(sections))?.profile(profile) != nil, end < lines.endIndex {
        return (lines[start].stripped, start + 1...end + 1)
      }
    }
    return nil
  }
}

extension String {
  /// Its lines, each with its line feed.
  ///
  /// Of bytes: to Swift, "\r\n" is one character, and no "\n".
  fileprivate var configLines: [Substring] {
    var lines: [Substring] = []
    var rest = self[...].utf8
    while !rest.isEmpty {
      let end = rest.firstIndex(of: UInt8(ascii: "\n")).map(rest.index(after:)) ?? rest.endIndex
      lines.append(Substring(rest[..<end]))
      rest = rest[end...]
    }
    return lines
  }
}

extension Substring {
  /// Whether it is this line.
  ///
  /// Editors may have given the file the line ends of Windows.
  fileprivate func holds(_ line: String) -> Bool {
    ["\n", "\r\n", ""].contains { utf8.elementsEqual((line + $0).utf8) }
  }

  fileprivate func starts(_ words: String) -> Bool {
    [",", ":"].contains { utf8.starts(with: "# ssoscript\($0) \(words)".utf8) }
  }

  /// In what is ours, sections begin at the margin, and what is indented is of the key above it.
  fileprivate var isHeader: Bool { utf8.first == UInt8(ascii: "[") }
  fileprivate var isIndented: Bool { unicodeScalars.first?.isPythonSpace == true }
  fileprivate var isBlank: Bool { stripped.isEmpty }

  /// Whether it is more than a comment.
  fileprivate var isContent: Bool {
    guard let first = stripped.unicodeScalars.first else { return false }
    return first != "#" && first != ";"
  }

  /// With a line feed, whatever follows.
  fileprivate var ended: Substring { utf8.last == UInt8(ascii: "\n") ? self : self + "\n" }

  /// The profile whose header it is.
  var profileName: AWSConfig.Key? {
    guard utf8.starts(with: "[profile".utf8) else { return nil }
    return (try? AWSConfig.parse(String(self)))?.profiles.first.map { AWSConfig.Key($0.name) }
  }

  fileprivate func isProfile(of names: Set<AWSConfig.Key>) -> Bool {
    profileName.map(names.contains) ?? false
  }

  /// Whether it is a key by which a profile signs in.
  fileprivate var signsIn: Bool {
    guard isContent, !isIndented else { return false }
    return ["sso_", "role_", "aws_"].contains { key.text.utf8.starts(with: $0.utf8) }
      || Self.signInKeys.contains(key)
  }

  private static let signInKeys: Set<AWSConfig.Key> = [
    "credential_process", "credential_source", "login_session", "source_profile",
    "web_identity_token_file",
  ]

  fileprivate var key: AWSConfig.Key {
    let name = unicodeScalars.prefix { $0 != "=" && $0 != ":" }
    return AWSConfig.Key(Substring(name).stripped.pythonLowercased)
  }
}
