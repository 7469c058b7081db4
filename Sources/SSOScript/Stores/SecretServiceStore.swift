//  SecretServiceStore.swift - logins in the desktop's keyring, through libsecret's `secret-tool`.
//
//  Knows: its command lines. The value goes through its standard input and output, as base64: some
//  versions end a line of their own.

import SSOOIDC

/// Keeps logins with the secret service.
struct SecretServiceStore: SignInStore {
  static let program = "secret-tool"
  /// A person may have to unlock the keyring.
  private static let patience = Duration.seconds(120)

  let programs: any WorldPrograms
  let clock: any WorldClock
  /// Gives the locks, which the service has none of.
  let locks: any SignInStore

  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    let end = try await run(["lookup"] + Self.attributes(item), [])
    // It does not tell what is not there from what went wrong; of that it tells the person.
    guard end.exitStatus == 0 || end.exitStatus == 1 else { throw Self.failed("lookup", end) }
    let text = String(decoding: end.output, as: UTF8.self).filter { !$0.isWhitespace }
    guard !text.isEmpty else { return nil }
    guard let bytes = Base64URL.decode(text) else {
      throw CacheFolderError(.untrusted, "the secret service's \(item.name) was not written by us")
    }
    return bytes
  }

  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    let whose = item.target.sessionName ?? item.target.startURL
    let label = "--label=ssoscript \(item.layer.rawValue) \(PrintableText.escaped(whose))"
    let end = try await run(
      ["store", label] + Self.attributes(item), Base64URL.encodedBytes(bytes))
    guard end.exitStatus == 0 else { throw Self.failed("store", end) }
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
      let race = ProgramRace(programs: programs, clock: clock)
      guard let end = try await race.run([Self.program] + arguments, input, within: Self.patience)
      else { throw DoorError("\(Self.program) did not answer") }
      return end
    } catch {
      if Task.isCancelled { throw CacheFolderError(.cancelled, "cancelled") }
      let hint = error.number == 2 ? " (Debian: libsecret-tools)" : ""
      throw CacheFolderError(.unwritable, error.message + hint)
    }
  }

  private static func failed(_ command: String, _ end: ProgramEnd) -> CacheFolderError {
    CacheFolderError(.unwritable, "\(program) \(command) ended with \(end.words)")
  }
}
