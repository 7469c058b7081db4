//  CacheFolder+Rules.swift - what each folder of cache files does and says alike, whatever disk it is on.

extension CacheFolder {
  /// What a folder that others can write is told of.
  package static var writableByOthers: String {
    "can be written by others; not used (chmod 700 it)"
  }

  /// A token file has a few kilobytes.
  package static var sizeLimit: Int { 1 << 20 }

  /// Refuses what could not be read back.
  package static func checkSize(
    of name: String, _ bytes: [UInt8]
  ) throws(CacheFolderError) {
    guard bytes.count > sizeLimit else { return }
    throw CacheFolderError(.unwritable, "\(name): larger than \(sizeLimit) bytes")
  }

  private static var mostBadFiles: Int { 3 }

  /// The name under which a damaged file is put aside: a free one, or the last.
  package static func asideName(of name: String, beside names: [String]) -> String {
    let taken = Set(names)
    let number = (1...mostBadFiles).first { !taken.contains("\(name).bad-\($0)") }
    return "\(name).bad-\(number ?? mostBadFiles)"
  }

  /// Tries to take a lock until it can be had, after pauses that grow to 100 ms.
  ///
  /// - Parameters:
  ///   - name: The lock's own file.
  ///   - onWait: Called once, when another holds it.
  ///   - sleep: Waits; throws when the task is cancelled.
  ///   - take: Whether it could be had.
  /// - Throws: What `take` throws, or ``CacheFolderError/Code/cancelled``.
  package static func wait(
    for name: String, onWait: @Sendable () -> Void, sleep: (Duration) async throws -> Void,
    take: () throws(CacheFolderError) -> Bool
  ) async throws(CacheFolderError) {
    var pause = Duration.milliseconds(1)
    var hasWaited = false
    while try !take() {
      if !hasWaited { onWait() }
      hasWaited = true
      do {
        try await sleep(pause)
      } catch {
        throw CacheFolderError(.cancelled, "cancelled while waiting for \(name)")
      }
      pause = min(pause * 2, .milliseconds(100))
    }
  }

  /// Of a file that is not to be trusted.
  package static func untrusted(_ path: String, _ problem: String) -> CacheFolderError {
    CacheFolderError(.untrusted, "\(path) is not used: \(problem)")
  }

  /// Of a lock that cannot be had at all.
  package static func noLocks(_ path: String, _ cause: String) -> CacheFolderError {
    CacheFolderError(
      .noLocks, "\(path): no lock (\(cause)); other processes may sign in at the same time")
  }
}
