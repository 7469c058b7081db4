//  SignInCache+Sessions.swift - sessions that are kept, whether or not anybody can name them.
//
//  Knows: a token's file is called by a hash of the session's name, or of the start URL, and tells
//  the start URL and the region, but no name.

/// Something that is kept and that cannot be read.
public struct ClosedItem: Sendable, Equatable {
  /// The name of its file; `nil` where nobody can tell what there is.
  public let name: String?
  /// Why not, with what to do.
  public let reason: String
}

extension SignInCache {
  /// The sessions with a token that `known` does not explain.
  ///
  /// Files of other programs, damaged ones among them, are looked at, and nothing else.
  ///
  /// - Parameter known: The sessions that somebody can name.
  /// - Returns: The others, in the order of their files' names.
  public func sessions(beside known: [SignInTarget]) async -> [SignInTarget] {
    var kept: [CacheRemains] = []
    for name in (try? await store.names(in: .token)) ?? [] {
      guard case .content(let bytes) = await look(name, in: .token) else { continue }
      kept.append(CacheRemains(name: name, bytes: bytes))
    }
    var found: [SignInTarget] = []
    for item in await kept + store.remains(in: .token) {
      guard let token = try? CachedToken(item.bytes),
        let target = SignInTarget(token, keptIn: item.name),
        !(known + found).contains(where: {
          $0.tokenFileName == item.name && $0.startURL == target.startURL
        })
      else { continue }
      found.append(target)
    }
    return found
  }

  /// What cannot be read, and may be of any session.
  ///
  /// - Parameter known: Sessions whose tokens are told of by themselves.
  /// - Returns: Tokens, registrations and credentials, in the order of their files' names.
  public func closedItems(beside known: [SignInTarget]) async -> [ClosedItem] {
    var items: [ClosedItem] = []
    var told = Set(known.map(\.tokenFileName))
    for layer in [CacheLayer.token, .credentials] {
      do throws(CacheFolderError) {
        for name in try await store.names(in: layer) where told.insert(name).inserted {
          guard let reason = await obstacle(to: name, in: layer) else { continue }
          items.append(ClosedItem(name: name, reason: reason))
        }
      } catch {
        let all = ClosedItem(
          name: nil, reason: "what is kept cannot be listed: \(error.message)")
        if !items.contains(all) { items.append(all) }
      }
    }
    return items
  }

  /// Why a thing that nobody names cannot be read.
  ///
  /// A folder may hold several layers, and what is encrypted opens as a thing of its own layer alone.
  private func obstacle(to name: String, in layer: CacheLayer) async -> String? {
    var obstacle: String?
    for layer in [layer] + CacheLayer.allCases.filter({ $0 != layer }) {
      switch await look(name, in: layer) {
      case .closed(let reason): obstacle = obstacle ?? reason
      case .content(let bytes):
        return Self.isEncrypted(bytes) ? Self.encrypted(name).message : nil
      case .nothing: break
      }
    }
    return obstacle
  }

  /// Reads a thing that nobody names.
  func look(_ name: String, in layer: CacheLayer) async -> Found<[UInt8]> {
    let nobody = SignInTarget(startURL: "", region: "")
    do throws(CacheFolderError) {
      let bytes = try await store.read(CacheItem(layer, name: name, target: nobody))
      return bytes.map { .content($0) } ?? .nothing
    } catch {
      return .closed(error.message)
    }
  }

  /// The sessions whose tokens lie where those of `known` would: a session of the same name had
  /// another start URL before.
  ///
  /// - Parameter known: The sessions that somebody can name.
  /// - Returns: The others.
  public func sessions(inPlaceOf known: [SignInTarget]) async -> [SignInTarget] {
    var found: [SignInTarget] = []
    for target in known {
      guard let bytes = try? await store.read(target.tokenItem),
        let token = try? CachedToken(bytes),
        let other = SignInTarget(token, keptIn: target.tokenFileName),
        other.startURL != target.startURL
      else { continue }
      found.append(other)
    }
    return found
  }
}

extension SignInCache {
  /// The region that gave the token of `target`, where it is to be ended: what is configured may be
  /// another one by now.
  ///
  /// - Returns: Its name, unchecked; `nil` when there is no token, or its file does not say.
  public func region(of target: SignInTarget) async -> String? {
    switch await findToken(of: target) {
    case .content(let token): return token.region
    case .nothing: return await remainingTokens(of: target).first?.region
    case .closed: return nil
    }
  }
}

extension SignInTarget {
  /// What a token's file tells of its session; `nil` when that is no place to sign in to.
  fileprivate init?(_ token: CachedToken, keptIn file: String) {
    guard let startURL = token.startURL, URLParts(startURL)?.isForBrowsers == true,
      let region = token.region,
      (try? Endpoint.resolve(.portal, region: region)) != nil
    else { return nil }
    self.init(startURL: startURL, region: region)
    if tokenFileName != file { tokenFile = file }
  }
}
