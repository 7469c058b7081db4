//  ClientNetwork.swift - which addresses are counted as one sender.
//
//  Knows: that whoever has one IPv6 address has the other 2⁶⁴ of its network as well.

/// The name under which an address is counted.
public enum ClientNetwork {
  /// IPv4 addresses count by themselves, IPv6 addresses by their first 64 bits.
  ///
  /// - Parameter address: As the system writes it; other text counts as it is.
  /// - Returns: The address, or the network: `2001:db8:0:0::/64`.
  public static func counted(_ address: String) -> String {
    guard address.contains(":") else { return address }
    let bare = address.prefix { $0 != "%" }.lowercased()
    if bare.hasPrefix("::ffff:"), bare.contains(".") { return String(bare.dropFirst(7)) }
    let halves = bare.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
      .map { $0.split(separator: ":") }
    let known = halves.reduce(0) { $0 + $1.count }
    let zeros = halves.count > 1 ? [Substring](repeating: "0", count: max(0, 8 - known)) : []
    let groups = halves[0] + zeros + (halves.count > 1 ? halves[1] : [])
    return groups.prefix(4).joined(separator: ":") + "::/64"
  }
}
