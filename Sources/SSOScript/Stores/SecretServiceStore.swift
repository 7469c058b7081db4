//  SecretServiceStore.swift - logins in the desktop's keyring, through libsecret's `secret-tool`.
//
//  Knows: its command lines. Values go through its standard input and output, as base64, since some
//  versions end a line of their own, and in parts, since it cuts off what is longer than 8 KiB and
//  reports success.

import Crypto
import SSOOIDC

/// Keeps logins with the secret service.
struct SecretServiceStore: SignInStore {
  static let program = "secret-tool"
  /// A person may have to unlock the keyring.
  private static let patience = Duration.seconds(120)

  let programs: any WorldPrograms
  let clock: any WorldClock
  let executor: (any TaskExecutor)?
  /// Gives the locks, which the service has none of.
  let locks: any SignInStore

  func place(of layer: CacheLayer) -> String? { "the keyring" }

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    guard let first = try await lookUp(item, 0) else { return nil }
    guard let head = PartedText.Head(first) else { throw Self.foreign(item) }
    var text = head.text
    for number in 1..<max(1, head.count) { text += try await lookUp(item, number) ?? "" }
    guard PartedText.check(text) == head.check, let bytes = Base64URL.decode(text) else {
      throw Self.foreign(item)
    }
    return bytes
  }

  private func lookUp(
    _ item: CacheItem, _ number: Int
  ) async throws(CacheFolderError) -> String? {
    let end = try await run(["lookup"] + Self.attributes(item) + ["part", "\(number)"], [])
    // It does not tell what is not there from what went wrong; of that it tells the person.
    guard end.exitStatus == 0 || end.exitStatus == 1 else { throw Self.failed("lookup", end) }
    let text = String(decoding: end.output, as: UTF8.self).filter { !$0.isWhitespace }
    return text.isEmpty ? nil : text
  }

  private static func foreign(_ item: CacheItem) -> CacheFolderError {
    CacheFolderError(
      .untrusted, "the keyring's \(item.name) is not as we wrote it; remove it, or write it again")
  }

  /// The first part, which tells of the others, comes last.
  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    let parts = PartedText.parts(of: Base64URL.encode(bytes))
    guard parts.count <= PartedText.mostParts else {
      throw CacheFolderError(.unwritable, "\(item.name) is too large for the keyring")
    }
    let whose = PrintableText.escaped(item.target.sessionName ?? item.target.startURL)
    let label = "--label=ssoscript \(item.layer.rawValue) \(whose)"
    for (number, part) in parts.enumerated().reversed() {
      let end = try await run(
        ["store", label] + Self.attributes(item) + ["part", "\(number)"], Array(part.utf8))
      guard end.exitStatus == 0 else { throw Self.failed("store", end) }
    }
  }

  func remove(_ item: CacheItem) async throws(CacheFolderError) {
    let end = try await run(["clear"] + Self.attributes(item), [])
    guard end.exitStatus == 0 || end.exitStatus == 1 else { throw Self.failed("clear", end) }
  }

  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    try await remove(item)
    return "nowhere"
  }

  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    try await locks.lock(item, onWait: onWait)
  }

  func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await locks.note(beside: item)
  }

  func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError) {
    try await locks.setNote(bytes, beside: item)
  }

  private static func attributes(_ item: CacheItem) -> [String] {
    ["application", "ssoscript", "layer", item.layer.rawValue, "key", item.name]
  }

  private func run(
    _ arguments: [String], _ input: [UInt8]
  ) async throws(CacheFolderError) -> ProgramEnd {
    do throws(DoorError) {
      let race = ProgramRace(programs: programs, clock: clock, executor: executor)
      guard let end = try await race.run([Self.program] + arguments, input, within: Self.patience)
      else { throw DoorError("\(Self.program) did not answer") }
      return end
    } catch {
      if Task.isCancelled { throw CacheFolderError(.cancelled, "cancelled") }
      let hint = error.cause == .noEntry ? " (Debian: libsecret-tools)" : ""
      throw CacheFolderError(.unwritable, error.message + hint)
    }
  }

  private static func failed(_ command: String, _ end: ProgramEnd) -> CacheFolderError {
    CacheFolderError(.unwritable, "\(program) \(command) ended with \(end.words)")
  }
}

/// A long text in short parts: the first begins with their number and a checksum of the whole.
private enum PartedText {
  static let mostParts = 64
  private static let size = 6000

  struct Head {
    var count: Int
    var check: String
    var text: String

    /// Reads `2.0123456789abcdef.TEXT`; nil for anything else.
    init?(_ part: String) {
      let words = part.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3, let count = Int(words[0]), (1...mostParts).contains(count) else {
        return nil
      }
      (self.count, check, text) = (count, String(words[1]), String(words[2]))
    }
  }

  static func parts(of text: String) -> [String] {
    let letters = Array(text.utf8)
    var parts = stride(from: 0, to: max(1, letters.count), by: size).map {
      String(decoding: letters[$0..<min($0 + size, letters.count)], as: UTF8.self)
    }
    parts[0] = "\(parts.count).\(check(text)).\(parts[0])"
    return parts
  }

  static func check(_ text: String) -> String {
    Hexadecimal.encode(Array(SHA256.hash(data: Array(text.utf8)).prefix(8)))
  }
}
