//  CacheFolder.swift - the door to one folder of small files that several programs share.
//
//  Knows: that a file is replaced whole or not at all, and that locks are files of their own.
//  Does not know: what is in the files.

/// A folder of cache files, `~/.aws/sso/cache` for example.
///
/// A name is a plain file name, without slashes. Only regular files of the user's own, which nobody
/// else can read or write, are read; links are never followed.
public protocol CacheFolder: Sendable {
  /// Reads a whole file.
  ///
  /// - Parameter name: Its name.
  /// - Returns: The bytes, or `nil` when there is no such file (or no such folder).
  /// - Throws: ``CacheFolderError``; with ``CacheFolderError/Code/untrusted`` the file is somebody
  ///   else's work and must not be trusted.
  func read(_ name: String) async throws(CacheFolderError) -> [UInt8]?
  /// Writes a whole file, so that after any crash the old or the new one is there.
  ///
  /// Makes the folder, for the user alone, when it is missing.
  func replace(_ name: String, with bytes: [UInt8]) async throws(CacheFolderError)
  /// Removes a file, and what is left beside it: drafts that nobody writes any more, damaged files that
  /// were put aside. What is not there is no error.
  ///
  /// - Throws: ``CacheFolderError``; with ``CacheFolderError/Code/remains`` the file itself is gone.
  func remove(_ name: String) async throws(CacheFolderError)
  /// Renames a damaged file to `NAME.bad-N`, of which there are at most three.
  ///
  /// - Returns: The new name.
  func setAside(_ name: String) async throws(CacheFolderError) -> String
  /// The names of all files, in order.
  func names() async throws(CacheFolderError) -> [String]
  /// Looks whether others could have put there what is in the folder; one that is not there is good.
  ///
  /// - Throws: ``CacheFolderError``, with ``CacheFolderError/Code/untrusted`` where they could.
  func requireTrust() throws(CacheFolderError)
  /// Takes from others what they can do with the folder and with the user's own files in it.
  ///
  /// - Returns: The paths of what they could reach until now.
  func makePrivate() throws(CacheFolderError) -> [String]
  /// Waits until no other process holds the lock of this name, and takes it.
  ///
  /// The lock ends with its value, and with the process.
  ///
  /// - Parameters:
  ///   - name: The lock's own file.
  ///   - onWait: Called once, when another holds it.
  /// - Returns: The lock.
  /// - Throws: ``CacheFolderError``, with ``CacheFolderError/Code/cancelled`` when the task is.
  func lock(
    _ name: String, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock
  /// Its path, for a person; `nil` where it has none.
  var place: String? { get }
}

extension CacheFolder {
  /// A folder in memory has no path.
  public var place: String? { nil }

  /// Nobody else can reach it.
  public func requireTrust() throws(CacheFolderError) {}

  /// A folder that nobody else can reach is private.
  public func makePrivate() throws(CacheFolderError) -> [String] { [] }
}

/// A lock that is held.
public protocol CacheLock: AnyObject, Sendable {
  /// Gives it up; a second time does nothing.
  func release() async
}

/// A cache folder that could not do what was asked.
public struct CacheFolderError: Error, Sendable, Equatable {
  /// What to make of it; open, so that new codes break nobody.
  public struct Code: Sendable, Hashable {
    /// The code as text.
    public let rawValue: String

    /// Makes a code.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// A link, a folder, or a file that others own or can reach: say so and leave it alone.
    public static let untrusted = Self("untrusted")
    /// Another key's entry: leave it alone.
    public static let encrypted = Self("encrypted")
    /// No space, no right to write, a broken disk: go on without the cache.
    public static let unwritable = Self("unwritable")
    /// All of the store is out of reach: say so once, and go on without the cache.
    public static let unreachable = Self("unreachable")
    /// No more room in memory: forget something, or go on without.
    public static let full = Self("full")
    /// Something that was left beside a file cannot be removed: say so.
    public static let remains = Self("remains")
    /// Locks do not work here: go on without.
    public static let noLocks = Self("no locks")
    /// Who asks for the lock holds it already, further up: waiting would never end.
    public static let deadlock = Self("deadlock")
    /// The task was cancelled while it waited.
    public static let cancelled = Self("cancelled")
  }

  /// What to make of it.
  public let code: Code
  /// One line that names the file and what to do.
  public let message: String

  /// Makes an error.
  public init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
