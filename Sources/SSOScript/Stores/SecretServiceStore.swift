//  SecretServiceStore.swift - logins in the desktop's keyring, through libsecret's `secret-tool`.
//
//  Knows: its command lines. Values go through its standard input and output, as base64, since some
//  versions end a line of their own, and in parts, since it cuts off what is longer than 8 KiB and
//  reports success. Each call is a process, and most values have one part.

import SSOOIDC

/// Keeps logins with the secret service.
struct SecretServiceStore: SignInStore {
  let programs: any WorldPrograms
  let clock: any WorldClock
  let randomness: any WorldRandomness
  let executor: (any TaskExecutor)?
  /// Gives the locks, which the service has none of.
  let locks: any SignInStore
  private let seen = SeenParts()

  init(_ world: World, executor: (any TaskExecutor)?, locks: any SignInStore) {
    (programs, clock, randomness) = (world.programs, world.clock, world.randomness)
    (self.executor, self.locks) = (executor, locks)
  }

  func place(of layer: CacheLayer) -> String? { "the keyring" }

  // MARK: Reading

  /// Again where the first part is another one by now: somebody replaced the others.
  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    var last: String?
    while let first = try await lookUpHead(item) {
      if let bytes = try await value(of: item, first) { return bytes }
      guard first != last else { throw Self.foreign(item) }
      last = first
    }
    return nil
  }

  private func lookUpHead(_ item: CacheItem) async throws(CacheFolderError) -> String? {
    let first = try await lookUp(item, PartedText.head)
    seen.note(first.flatMap { PartedText.Head($0) }, of: Self.attributes(item))
    return first
  }

  /// Nil for what is not whole.
  private func value(
    of item: CacheItem, _ first: String
  ) async throws(CacheFolderError) -> [UInt8]? {
    guard let head = PartedText.Head(first) else { return nil }
    var text = head.text
    for part in head.others { text += try await lookUp(item, part) ?? "" }
    return PartedText.check(text) == head.check ? Base64URL.decode(text) : nil
  }

  private func lookUp(
    _ item: CacheItem, _ part: [String]
  ) async throws(CacheFolderError) -> String? {
    let end = try await run(["lookup"] + Self.attributes(item) + part, [])
    guard end.exitStatus == 0 || Self.isAbsence(end) else { throw Self.failed("lookup", end) }
    let text = String(decoding: end.output, as: UTF8.self).filter { !$0.isWhitespace }
    return text.isEmpty ? nil : text
  }

  private static func foreign(_ item: CacheItem) -> CacheFolderError {
    CacheFolderError(
      .untrusted, "the keyring's \(item.name) is not as we wrote it; remove it, or write it again")
  }

  // MARK: Writing

  /// The first part, which tells of the others, comes last; then those go of which nothing tells any more.
  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    let text = PartedText(Base64URL.encode(bytes), nonce: randomness.bytes(8))
    guard text.others.count < PartedText.mostParts else {
      throw CacheFolderError(.unwritable, "\(item.name) is too large for the keyring")
    }
    let old = try await partsToClear(of: item)
    do throws(CacheFolderError) {
      for (part, value) in text.others { try await store(item, part, value) }
      try await store(item, PartedText.head, text.first)
    } catch {
      await undo(text, item)
      throw error
    }
    for part in old where part != text.name { try? await clear(item, part) }
  }

  private func partsToClear(of item: CacheItem) async throws(CacheFolderError) -> [[String]] {
    if let known = seen.take(Self.attributes(item)) { return known }
    _ = try await lookUpHead(item)
    return seen.take(Self.attributes(item)) ?? []
  }

  /// Clears what was begun, unless it is what counts now: a call that fails may have done its work.
  ///
  /// What a cancelled task has begun stays until the entry is removed.
  private func undo(_ text: PartedText, _ item: CacheItem) async {
    guard let name = text.name else { return }
    do throws(CacheFolderError) {
      guard try await lookUp(item, PartedText.head) != text.first else { return }
      try await clear(item, name)
    } catch {
      // The first failure is the one that is told.
    }
  }

  private func store(
    _ item: CacheItem, _ part: [String], _ value: String
  ) async throws(CacheFolderError) {
    let whose = PrintableText.escaped(item.target.sessionName ?? item.target.startURL)
    let label = "--label=ssoscript \(item.layer.rawValue) \(whose)"
    let end = try await run(["store", label] + Self.attributes(item) + part, Array(value.utf8))
    guard end.exitStatus == 0 else { throw Self.failed("store", end) }
  }

  func remove(_ item: CacheItem) async throws(CacheFolderError) { try await clear(item, []) }

  /// Clears all that has these attributes, whatever else it has.
  private func clear(_ item: CacheItem, _ part: [String]) async throws(CacheFolderError) {
    let end = try await run(["clear"] + Self.attributes(item) + part, [])
    guard end.exitStatus == 0 || Self.isAbsence(end) else { throw Self.failed("clear", end) }
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
}
