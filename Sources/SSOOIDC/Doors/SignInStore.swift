//  SignInStore.swift - the door to whatever keeps logins: AWS's files, memory, a script.
//
//  Knows: the three layers, and AWS's names for what is in them.
//  Does not know: what the bytes mean (CachedToken and its neighbours).

/// What is kept of a login.
public enum CacheLayer: String, Sendable, CaseIterable {
  /// The client that was registered; good for 90 days.
  case registration
  /// The access token, with what renews it.
  case token
  /// The credentials of one role.
  case credentials
}

/// One kept thing.
public struct CacheItem: Sendable, Equatable {
  /// Which layer it belongs to.
  public let layer: CacheLayer
  /// The name of AWS's file for it, a plain file name: the key in every store.
  public let name: String
  /// Whose it is.
  public let target: SignInTarget

  /// Names a thing.
  public init(_ layer: CacheLayer, name: String, target: SignInTarget) {
    self.layer = layer
    self.name = name
    self.target = target
  }
}

extension SignInTarget {
  /// The token of this target.
  public var tokenItem: CacheItem { CacheItem(.token, name: tokenFileName, target: self) }

  /// The registration of this target.
  public var registrationItem: CacheItem {
    CacheItem(.registration, name: registrationFileName, target: self)
  }

  /// The credentials of this target's role; `nil` without account and role.
  public var credentialsItem: CacheItem? {
    credentialsFileName.map { CacheItem(.credentials, name: $0, target: self) }
  }
}

/// Something that was left beside a kept thing: a draft that nobody finished, or what was damaged.
public struct CacheRemains: Sendable, Equatable {
  /// The name of the thing.
  public let name: String
  /// What stands there; empty where it cannot be read.
  public let bytes: [UInt8]

  /// Puts both together.
  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }
}

/// Keeps logins.
///
/// Values are the bytes of AWS's files, whatever the place. Everything may take its time: a store may
/// be a Lua script or another program.
public protocol SignInStore: Sendable {
  /// Gives what is kept.
  ///
  /// - Parameter item: Which thing.
  /// - Returns: Its bytes, or `nil` when there is nothing.
  /// - Throws: ``CacheFolderError``; the caller goes on as if there were nothing.
  func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]?
  /// Keeps something, whole or not at all.
  ///
  /// - Parameters:
  ///   - item: Which thing.
  ///   - bytes: What to keep.
  ///   - expires: From when on it is of no use; `nil` when that is unknown.
  /// - Throws: ``CacheFolderError``; the caller goes on without.
  func write(
    _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
  ) async throws(CacheFolderError)
  /// Forgets something, and what is left beside it; what is not there is no error.
  func remove(_ item: CacheItem) async throws(CacheFolderError)
  /// Whether there is something to forget, be it of no use any more.
  func holds(_ item: CacheItem) async throws(CacheFolderError) -> Bool
  /// Puts something damaged out of the way.
  ///
  /// - Returns: Where it is now, for a person.
  func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String
  /// Waits until nobody else is at work on the thing.
  ///
  /// - Parameters:
  ///   - item: Which thing.
  ///   - onWait: Called once, when somebody is.
  /// - Returns: The lock.
  /// - Throws: ``CacheFolderError``, with ``CacheFolderError/Code/cancelled`` when the task is.
  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock
  /// Gives the names of what is kept in a layer; other programs' things may be among them.
  func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String]
  /// Gives what is left beside the things of a layer, or in their places.
  func remains(in layer: CacheLayer) async -> [CacheRemains]
  /// Gives the note that lies beside a thing: what happened when somebody last tried to get a new one.
  func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]?
  /// Puts a note beside a thing, or takes it away.
  func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError)
  /// Where things of a layer are kept, for a person; `nil` where that has no name.
  func place(of layer: CacheLayer) -> String?
  /// The same store, reading from the place that counts for all: nothing that was kept for speed.
  var lasting: any SignInStore { get }
  /// The same store without what it only borrows from another.
  var own: any SignInStore { get }
  /// Whether what it gives may be others', who would not learn what became of it: a refresh token is good
  /// once, and the new one would be lost to them.
  var isBorrowed: Bool { get }
}

extension SignInStore {
  /// A store of one place reads there.
  public var lasting: any SignInStore { self }

  /// A store borrows nothing.
  public var own: any SignInStore { self }

  /// A store keeps what it is given.
  public var isBorrowed: Bool { false }

  /// A store that cannot tell has no place.
  public func place(of layer: CacheLayer) -> String? { nil }

  /// What a store of one place holds can be read there.
  public func holds(_ item: CacheItem) async throws(CacheFolderError) -> Bool {
    try await read(item) != nil
  }

  /// A store that cannot tell has no names.
  public func names(in layer: CacheLayer) async throws(CacheFolderError) -> [String] { [] }

  /// A store that keeps things whole or not at all leaves nothing.
  public func remains(in layer: CacheLayer) async -> [CacheRemains] { [] }

  /// A store without room for notes has none.
  public func note(beside item: CacheItem) async throws(CacheFolderError) -> [UInt8]? { nil }

  /// A store without room for notes drops them.
  public func setNote(_ bytes: [UInt8]?, beside item: CacheItem) async throws(CacheFolderError) {}
}
