//  AddressFamilies.swift - a name with an IPv6 and an IPv4 address, and libcurl's way with them. Pure.
//
//  Knows: "happy eyeballs" (RFC 8305) as libcurl does it: IPv6 first, IPv4 when that has failed, or
//  200 ms after it; whoever answers first has won.

/// What becomes of connecting to the addresses of one name.
struct AddressFamilies: Sendable, Equatable {
  /// What becomes of connecting to one of them.
  enum Manner: Sendable {
    case accepts
    case refuses
    /// Packets vanish.
    case isSilent
  }

  /// How connecting ends.
  enum End: Sendable, Equatable {
    case connected
    case refused
    case timedOut
  }

  /// How long IPv6 is alone: CURL_HET_DEFAULT.
  static let headStart = Duration.milliseconds(200)

  let ipv6: Manner
  let ipv4: Manner

  /// - Parameter limit: What the caller allows for connecting.
  /// - Returns: After how long it ends, and how.
  func connect(within limit: Duration) -> (after: Duration, end: End) {
    let turn: Duration
    switch ipv6 {
    case .accepts: return (.zero, .connected)
    case .refuses: turn = .zero
    case .isSilent: turn = Self.headStart
    }
    guard turn < limit else { return (limit, .timedOut) }
    switch ipv4 {
    case .accepts: return (turn, .connected)
    case .refuses where ipv6 == .refuses: return (turn, .refused)
    // One of the two is still being waited for.
    case .refuses, .isSilent: return (limit, .timedOut)
    }
  }
}
