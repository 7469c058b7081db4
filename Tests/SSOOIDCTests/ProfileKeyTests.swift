//  ProfileKeyTests.swift - whose the keys are that AWS's CLI puts around our blocks, by chance.

import Testing

@testable import SSOOIDC

/// A config file that AWS's CLI, an editor and we change in turn.
private struct SharedFile {
  var text = "[profile dev]\nregion = dev-1000.\n"
  private var number = 1000
  private var lot: UInt64

  init(lot: Int) { self.lot = UInt64(lot) }

  /// Knuth's MMIX generator.
  mutating func draw(_ limit: Int) -> Int {
    lot = lot &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(lot >> 33) % limit
  }

  private var lines: [String] {
    text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast()
      .map { "\(Substring($0))\n" }
  }

  var config: AWSConfig { get throws { try AWSConfig.parse(text) } }

  // MARK: AWS's CLI

  /// `aws configure set`, for some profile.
  mutating func setByCLI() throws {
    text = text.replacing("\r\n", with: "\n")
    let names = try config.profiles.map(\.name)
    let name = names[draw(names.count)]
    number += 1
    if draw(3) == 0 {
      insert("max\(draw(2))", "\(name)-\(number).", below: "s3", in: name)
    } else {
      insert("key\(draw(3))", "\(name)-\(number).", below: nil, in: name)
    }
  }

  /// What `ConfigFileWriter` of awscli does with one value.
  private mutating func insert(
    _ key: String, _ value: String, below block: String?, in name: String
  ) {
    var lines = lines
    let new = block.map { "\($0) =\n    \(key) = \(value)\n" } ?? "\(key) = \(value)\n"
    let start = lines.firstIndex { $0.hasPrefix("[profile \(name)]") } ?? 0
    var last = start
    var place: Int?
    for index in lines.indices.dropFirst(start + 1) where place == nil {
      guard !lines[index].hasPrefix("[") else {
        place = last + 1
        break
      }
      guard let option = option(lines[index]) else { continue }
      last = index
      guard option.name == block ?? key else { continue }
      if block == nil { lines[index] = new } else { nest(key, value, behind: index, in: &lines) }
      return text = lines.joined()
    }
    // At the end of the file it puts them one line further.
    lines.insert(new, at: place ?? min(last + 2, lines.count))
    text = lines.joined()
  }

  private func nest(_ key: String, _ value: String, behind start: Int, in lines: inout [String]) {
    var isSet = false
    for index in lines.indices.dropFirst(start + 1) {
      let option = option(lines[index])
      if option?.name == key {
        lines[index] = "    \(key) = \(value)\n"
        isSet = true
      }
      if option?.indent == 0 || lines[index].hasPrefix("[") {
        if !isSet { lines.insert("    \(key) = \(value)\n", at: index) }
        return
      }
    }
    if !isSet { lines.append("    \(key) = \(value)\n") }
  }

  /// To it a comment with a colon is one.
  private func option(_ line: String) -> (name: String, indent: Int)? {
    guard let sign = line.firstIndex(where: { ":=".contains($0) }) else { return nil }
    return (line[..<sign].trimmed, line.prefix { $0 == " " }.count)
  }

  // MARK: An editor

  mutating func edit() {
    switch draw(4) {
    case 0: text = text.replacing("# ssoscript, ", with: "# ssoscript: ")
    case 1: text = text.replacing("\r\n", with: "\n").replacing("\n", with: "\r\n")
    default:
      var lines = lines
      let line = ["# mine\n", "# more: see the wiki\n", "\n"][draw(3)]
      lines.insert(line, at: draw(4) == 0 ? draw(lines.count) : lines.count)
      text = lines.joined()
    }
  }

  // MARK: Us

  /// Writes one of three blocks anew, with none of its profiles, one or both.
  ///
  /// - Returns: False where a name is taken by a section that was left for its keys.
  mutating func write() throws -> Bool {
    let session = ["a", "b", "c"][draw(3)]
    let names = [[], [], ["x"], ["y"], ["x", "y"]][draw(5)]
    let target = SignInTarget(
      sessionName: session, startURL: "https://example.com/start", region: "us-east-1")
    let sections = try ProfileSections(
      names.map { .init(name: session + $0, accountID: "1", roleName: "r") }, of: target)
    do throws(SSOError) {
      text = try sections.inserted(into: text)
    } catch {
      guard error.message.contains("already") else { throw error }
      return false
    }
    return true
  }

  // MARK: What stands in it

  /// The values of the CLI, by profile and key; only those outside of our blocks where that is asked.
  func values(outside: Bool = false) throws -> [[String]: String] {
    let kept = outside ? outsideBlocks : text
    let all = try config.profiles.flatMap { profile in
      profile.values.filter { !$0.key.text.hasPrefix("sso_") }.flatMap { key, value in
        switch value {
        case .text(let text): [([profile.name, key.text], text.filter { !$0.isNewline })]
        case .block(let lines):
          lines.map { ([profile.name, key.text, $0.key.text], $0.value) }
        }
      }
    }
    let isOwn = { (path: [String], value: String) in
      !outside || path[0] == "dev" || kept.contains(value)
    }
    return Dictionary(uniqueKeysWithValues: all.filter { isOwn($0.0, $0.1) })
  }

  private var outsideBlocks: String {
    var isInside = false
    return lines.filter { line in
      if line.contains("profiles of"), line.hasPrefix("# ssoscript") {
        isInside = !line.contains("end of the")
      }
      return !isInside
    }.joined()
  }
}

extension Substring {
  fileprivate var trimmed: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

@Suite struct `Keys that AWS's CLI puts around blocks of profiles` {
  @Test(arguments: 0..<500) func `stay with their profiles`(lot: Int) throws {
    var file = SharedFile(lot: lot)
    for _ in 0..<12 {
      switch file.draw(3) {
      case 0: try file.setByCLI()
      case 1: file.edit()
      default:
        let before = file
        guard try file.write() else { continue }
        let values = try file.values()
        let story = "\(before.text)\n=====>\n\(file.text)"
        for (path, value) in values { #expect(value.hasPrefix("\(path[0])-"), "\(story)") }
        for (path, value) in try before.values(outside: true) {
          #expect(values[path] == value, "\(path) \(story)")
        }
      }
    }
  }
}
