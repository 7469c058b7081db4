//  FolderStore.swift - logins kept as AWS's tools do: files in two folders.
//
//  Knows: which layer lies in which folder, and what lies beside a file (`.lock`, `.note`); no AWS
//  tool looks at names that do not end in `.json`.

/// AWS's folders: `~/.aws/sso/cache` and `~/.aws/cli/cache`.
public struct FolderStore: SignInStore {
  private let sso: any CacheFolder
  private let credentials: any CacheFolder
  private let isReadOnly: Bool

  /// Names the folders.
  ///
  /// - Parameters:
  ///   - sso: Of tokens and registrations.
  ///   - credentials: Of role credentials.
  ///   - isReadOnly: Whether nothing is written: no file, no lock, no note.
  public init(sso: any CacheFolder, credentials: any CacheFolder, isReadOnly: Bool = false) {
    self.sso = sso
    self.credentials = credentials
    self.isReadOnly = isReadOnly
  }

  /// Who must not write here keeps others' logins.
  public var isBorrowed: Bool { isReadOnly }

  private func folder(_ item: CacheItem) -> any CacheFolder { folder(item.layer) }

  private func folder(_ layer: CacheLayer) -> any CacheFolder {
    layer == .credentials ? credentials : sso
  }

  /// The folder's path.
  public func place(of layer: CacheLayer) -> String? { folder(layer).place }

  /// The files whose names are a hash, as AWS's tools make them.
  public func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] {
    try await folder(layer).names().filter { Self.isHash($0[...]) }
  }

  private static func isHash(_ name: Substring) -> Bool {
    name.hasSuffix(".json") && name.utf8.count == 45
      && name.utf8.dropLast(5).allSatisfy {
        (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
      }
  }

  /// The files `NAME.tmp-…` and `NAME.bad-N`.
  public func remains(in layer: CacheLayer) async -> [CacheRemains] {
    let folder = folder(layer)
    var found: [CacheRemains] = []
    for place in (try? await folder.names()) ?? [] {
      let (name, end) = (place.prefix(45), place.dropFirst(45))
      guard Self.isHash(name), end.hasPrefix(".tmp-") || end.hasPrefix(".bad-") else { continue }
      let bytes = try? await folder.read(place)
      found.append(CacheRemains(name: String(name), bytes: (bytes ?? nil) ?? []))
    }
    return found
  }

  /// Reads the file.
  public func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await folder(item).read(item.name)
  }

  /// Replaces the file.
  public func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError) {
    guard !isReadOnly else { throw Self.readOnly(.unwritable) }
    try await folder(item).replace(item.name, with: bytes)
  }

  /// Removes the file, and what is left beside it.
  public func remove(_ item: CacheItem) async throws(CacheFolderError) {
    guard isReadOnly else { return try await folder(item).remove(item.name) }
    if try await holds(item) { throw Self.readOnly(.unwritable) }
    if await remains(in: item.layer).contains(where: { $0.name == item.name }) {
      throw Self.readOnly(.remains)
    }
  }

  /// Renames the file to `NAME.bad-N`.
  public func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String {
    guard !isReadOnly else { throw Self.readOnly(.unwritable) }
    return try await folder(item).setAside(item.name)
  }

  private static func readOnly(_ code: CacheFolderError.Code) -> CacheFolderError {
    CacheFolderError(code, "the store is read-only")
  }

  /// Takes the lock `NAME.lock`.
  public func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    guard !isReadOnly else { return NoLock() }
    return try await folder(item).lock(item.name + ".lock", onWait: onWait)
  }

  /// Reads the file `NAME.note`.
  public func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
    try await folder(item).read(item.name + ".note")
  }

  /// Writes or removes the file `NAME.note`.
  public func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError) {
    guard !isReadOnly else { return }
    let name = item.name + ".note"
    if let bytes {
      try await folder(item).replace(name, with: bytes)
    } else {
      try await folder(item).remove(name)
    }
  }
}

/// A lock that keeps nobody out.
public final class NoLock: CacheLock {
  /// Makes one.
  public init() {}

  /// Does nothing.
  public func release() async {}
}
