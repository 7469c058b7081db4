//  Caches.swift - cache folders in memory, by their paths.

import SSOOIDC
import SSOScript
import Synchronization

/// All folders of a stage.
final class MemoryCaches: WorldCaches {
  private let folders = Mutex<[String: MemoryCacheFolder]>([:])

  func folder(_ path: String) -> any CacheFolder { memory(path) }

  /// The folder at `path`, to look into.
  func memory(_ path: String) -> MemoryCacheFolder {
    folders.withLock { folders in
      if let folder = folders[path] { return folder }
      let folder = MemoryCacheFolder(path)
      folders[path] = folder
      return folder
    }
  }
}

/// One folder; its locks hold among tasks.
final class MemoryCacheFolder: CacheFolder {
  private let state = Mutex<[String: [UInt8]]>([:])
  private let locks = TaskLocks()
  let place: String?

  init(_ path: String) { place = path }

  var files: [String: [UInt8]] { state.withLock { $0 } }
  func put(_ name: String, _ text: String) { state.withLock { $0[name] = Array(text.utf8) } }

  func read(_ name: String) throws(CacheFolderError) -> [UInt8]? { files[name] }
  func replace(_ name: String, with bytes: [UInt8]) throws(CacheFolderError) {
    state.withLock { $0[name] = bytes }
  }
  func remove(_ name: String) throws(CacheFolderError) { state.withLock { $0[name] = nil } }
  func setAside(_ name: String) throws(CacheFolderError) -> String {
    state.withLock { $0["\(name).bad-1"] = $0.removeValue(forKey: name) }
    return "\(name).bad-1"
  }
  func names() throws(CacheFolderError) -> [String] { files.keys.sorted() }
  func lock(
    _ name: String, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    try await locks.lock(name, onWait: onWait)
  }
}
