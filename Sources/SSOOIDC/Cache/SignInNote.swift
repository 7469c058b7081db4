//  SignInNote.swift - what those who come next should know of the last try. Pure.
//
//  Knows: how long a declined login and a failed renewal are remembered.

internal import StrictJSON

/// A note beside a token.
struct SignInNote: Sendable, Equatable {
  /// How long a person who said no, or nothing at all, is left alone.
  static let declinedFor = Duration.seconds(300)
  /// How long a renewal that failed is not tried again; as in botocore.
  static let renewalFailedFor = Duration.seconds(60)

  /// Nobody is asked to sign in before.
  var declinedUntil: Timestamp?
  /// No renewal is tried before.
  var noRenewalUntil: Timestamp?

  /// Nothing is known.
  init() {}

  /// Reads a note; `nil` for anything else.
  init?(_ bytes: [UInt8]) {
    guard let members = try? CachedMembers(bytes) else { return nil }
    declinedUntil = members[date: "declinedUntil"]
    noRenewalUntil = members[date: "noRenewalUntil"]
  }

  /// Whether there is nothing to know.
  var isEmpty: Bool { self == SignInNote() }

  /// The note as a file.
  var bytes: [UInt8] {
    var members = CachedMembers()
    members[date: "declinedUntil"] = declinedUntil
    members[date: "noRenewalUntil"] = noRenewalUntil
    return members.bytes
  }

  /// Until when nobody is to be asked; a time too far ahead comes from a clock that was wrong.
  func declined(at now: Timestamp) -> Timestamp? {
    Self.end(declinedUntil, now, Self.declinedFor)
  }

  /// Whether a renewal is to be left out.
  func avoidsRenewal(at now: Timestamp) -> Bool {
    Self.end(noRenewalUntil, now, Self.renewalFailedFor) != nil
  }

  private static func end(_ end: Timestamp?, _ now: Timestamp, _ span: Duration) -> Timestamp? {
    end.flatMap { $0 > now && $0 <= now + span ? $0 : nil }
  }
}
