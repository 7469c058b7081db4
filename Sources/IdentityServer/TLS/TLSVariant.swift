//  TLSVariant.swift - good certificates, and the bad ones that clients must refuse.

/// Which certificate a server shows.
public enum TLSVariant: String, Sendable, CaseIterable {
  /// Signed by the announced CA, for the names of this server.
  case trusted
  /// Right, but its time is over.
  case expired
  /// Right, but for another host.
  case wrongHost = "wrong-host"
  /// Signed by a CA that nobody was told of.
  case unknownCA = "unknown-ca"
}
