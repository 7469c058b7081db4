//  SignInCache+Items.swift - one kept thing: found, replaced, removed.
//
//  Knows: that what is damaged makes room for a new one and no sooner, since whoever writes it may not
//  be done, and that what is encrypted belongs to a store above another one and is left alone.

extension SignInCache {
  /// How long a program that writes into a file without renaming it is given to come to its end.
  private static let writing = Duration.milliseconds(50)

  /// What there is of a thing.
  enum Found<Content> {
    /// Nothing, or only damage, which is said.
    case nothing
    /// What was looked for.
    case content(Content)
    /// Something that is not for us to read, and why.
    case closed(String)
  }

  func find<Content>(
    _ item: CacheItem, _ parse: ([UInt8]) throws(CacheDamage) -> Content
  ) async -> Found<Content> {
    do throws(CacheFolderError) {
      guard let first = try await store.read(item) else { return .nothing }
      if let content = try? parse(first) { return .content(content) }
      guard let bytes = try await readAgain(item, after: first, in: store) else { return .nothing }
      do throws(CacheDamage) {
        return .content(try parse(bytes))
      } catch {
        guard !Self.isEncrypted(bytes) else { return .closed(Self.encrypted(item.name).message) }
        report("the cache file \(item.name) is damaged (\(error.reason)) and not used")
        return .nothing
      }
    } catch {
      return .closed(error.message)
    }
  }

  /// Reads what was cut once more: the AWS CLI makes a file empty before it writes it.
  private func readAgain(
    _ item: CacheItem, after bytes: [UInt8], in store: any SignInStore
  ) async throws(CacheFolderError) -> [UInt8]? {
    guard let clock, (try? CachedMembers(bytes)) == nil,
      (try? await clock.sleep(for: Self.writing)) != nil
    else { return bytes }
    return try await store.read(item)
  }

  func write(_ item: CacheItem, _ bytes: [UInt8], _ expires: Timestamp) async {
    do throws(CacheFolderError) {
      try await makeRoom(for: item)
      try await store.write(item, bytes, expires: expires)
    } catch {
      // Whoever was told when it was looked for knows.
      guard error.code != .unreachable || said.isNew(error.message) else { return }
      report("not cached: \(error.message)")
    }
  }

  private func makeRoom(for item: CacheItem) async throws(CacheFolderError) {
    let own = store.own
    // Whether what cannot be read may be replaced is the store's to say.
    let store = own.lasting
    guard let first = try? await store.read(item), item.layer.isDamaged(first),
      let bytes = try? await readAgain(item, after: first, in: store), item.layer.isDamaged(bytes)
    else { return }
    guard !Self.isEncrypted(bytes) else { throw Self.encrypted(item.name) }
    let place = try await own.setAside(item)
    report("\(item.name) makes room for a new one; moved to \(place)")
  }

  /// Removes something, and says why where it cannot.
  ///
  /// - Returns: Why it is still there; `nil` when it is gone.
  @discardableResult
  func remove(_ item: CacheItem) async -> String? {
    do throws(CacheFolderError) {
      try await refuseEncrypted(item)
      try await store.remove(item)
      return nil
    } catch {
      if error.code != .remains, await isAbsent(item) { return nil }
      report(error.message)
      return error.message
    }
  }

  /// Whoever has another key would miss it; what cannot be read for any other reason may go.
  private func refuseEncrypted(_ item: CacheItem) async throws(CacheFolderError) {
    let bytes: [UInt8]?
    do throws(CacheFolderError) { bytes = try await store.own.lasting.read(item) } catch {
      if error.code == .encrypted { throw error }
      return
    }
    if let bytes, Self.isEncrypted(bytes) { throw Self.encrypted(item.name) }
  }

  /// Where nothing can be removed, there may have been nothing.
  private func isAbsent(_ item: CacheItem) async -> Bool {
    do throws(CacheFolderError) { return try await !store.holds(item) } catch { return false }
  }

  /// Whether it is an entry of `sso.cache.encrypted`; none of AWS's files has this member.
  package static func isEncrypted(_ bytes: [UInt8]) -> Bool {
    (try? CachedMembers(bytes))?["encrypted"] != nil
  }

  /// Why such an entry stays.
  package static func encrypted(_ name: String) -> CacheFolderError {
    CacheFolderError(
      .untrusted,
      "the cache file \(name) is encrypted and not used without its key; it was left as it is")
  }
}

extension CacheLayer {
  fileprivate func isDamaged(_ bytes: [UInt8]) -> Bool {
    do throws(CacheDamage) {
      switch self {
      case .registration: _ = try CachedRegistration(bytes)
      case .token: _ = try CachedToken(bytes)
      case .credentials: _ = try CachedCredentials(bytes)
      }
      return false
    } catch {
      return true
    }
  }
}
