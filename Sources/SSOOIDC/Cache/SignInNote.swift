//  SignInNote.swift - what those who come next should know of the last try. Pure.
//
//  Knows: how long a declined login and a failed renewal are remembered, and that a service which could
//  not be reached is so for all who waited meanwhile, and for nobody else.

/// A note beside a token, or beside the credentials of a role.
struct SignInNote: Sendable, Equatable {
  /// How long a person who said no, or nothing at all, is left alone.
  static let declinedFor = Duration.seconds(300)
  /// How long a renewal that failed is not tried again; as in botocore.
  static let renewalFailedFor = Duration.seconds(60)

  /// Nobody is asked to sign in before.
  var declinedUntil: Timestamp?
  /// Whether that is because nobody answered, for the first time, and not because a person said no.
  var ranOut = false
  /// No renewal is tried before.
  var noRenewalUntil: Timestamp?
  /// How the service could not be reached, the last time.
  var failure: Failure?

  /// A failure, and when it came.
  struct Failure: Sendable, Equatable {
    var error: SSOError
    var time: Timestamp
  }

  /// Nothing is known.
  init() {}

  /// Reads a note; `nil` for anything else.
  init?(_ bytes: [UInt8]) {
    guard let members = try? CachedMembers(bytes) else { return nil }
    declinedUntil = members[date: "declinedUntil"]
    ranOut = members[flag: "ranOut"]
    noRenewalUntil = members[date: "noRenewalUntil"]
    if let time = members[date: "failedAt"], let error = members[members: "failure"] {
      failure = Failure(error: SSOError(unreached: error), time: time)
    }
  }

  /// Whether there is nothing to know.
  var isEmpty: Bool { self == SignInNote() }

  /// The note as a file.
  var bytes: [UInt8] {
    var members = CachedMembers()
    members[date: "declinedUntil"] = declinedUntil
    members[flag: "ranOut"] = ranOut
    members[date: "noRenewalUntil"] = noRenewalUntil
    members[date: "failedAt"] = failure?.time
    members[members: "failure"] = failure?.error.membersOfNote
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

  /// How the service could not be reached for another one since `start`; notes tell whole seconds.
  func failure(since start: Timestamp, at now: Timestamp) -> SSOError? {
    failure.flatMap {
      (start.seconds...max(start, now).seconds).contains($0.time.seconds) ? $0.error : nil
    }
  }

  private static func end(_ end: Timestamp?, _ now: Timestamp, _ span: Duration) -> Timestamp? {
    end.flatMap { $0 > now && $0 <= now + span ? $0 : nil }
  }
}

extension SSOError {
  /// What a note tells of the failure below HTTP.
  fileprivate var membersOfNote: CachedMembers {
    var members = CachedMembers()
    members["code"] = code.rawValue
    members["message"] = message
    members["operation"] = operation
    members["host"] = host
    return members
  }

  /// The same failure for one who has sent nothing.
  fileprivate init(unreached members: CachedMembers) {
    let code = members["code"] ?? TransportError.Code.other.rawValue
    self.init(
      Code(code), .transport, members["message"] ?? "", operation: members["operation"] ?? "",
      host: members["host"] ?? "")
    let transport = TransportError(
      code: TransportError.Code(code), message: message, host: host, delivery: .neverSent)
    self.transport = transport
    retryable = transport.isPassing
  }
}
