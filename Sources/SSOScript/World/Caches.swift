//  Caches.swift - the door to folders of cache files, and the doors of a world without.

public import SSOOIDC

/// The door to folders of cache files.
public protocol WorldCaches: Sendable {
  /// Names a folder; nothing is opened yet.
  ///
  /// - Parameter path: Absolute.
  /// - Returns: The folder.
  func folder(_ path: String) -> any CacheFolder
}

/// No folder can be read or written.
public struct NoCaches: WorldCaches {
  /// Makes the door.
  public init() {}

  /// A folder without files that takes none.
  public func folder(_ path: String) -> any CacheFolder { NoFolder(path: path) }
}

private struct NoFolder: CacheFolder {
  let path: String

  private var closed: CacheFolderError {
    CacheFolderError(.unwritable, "\(path): there are no cache folders here")
  }

  func read(_ name: String) throws(CacheFolderError) -> [UInt8]? { nil }
  func replace(_ name: String, with bytes: [UInt8]) throws(CacheFolderError) { throw closed }
  func remove(_ name: String) throws(CacheFolderError) {}
  func setAside(_ name: String) throws(CacheFolderError) -> String { throw closed }
  func names() throws(CacheFolderError) -> [String] { [] }
  func lock(
    _ name: String, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock { NoLock() }
}

/// Nothing can be listened on.
public struct NoListener: WorldListener {
  /// Makes the door.
  public init() {}

  /// Fails.
  public func listen(ports: [Int]) async throws(ListenerError) -> any CallbackListener {
    throw ListenerError("nothing can be listened on here")
  }
}
