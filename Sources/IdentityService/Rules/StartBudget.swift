//  StartBudget.swift - how many sign-ins one network address may begin (S32).
//
//  Knows: registrations and device authorizations of the current minute, by address. Not part of
//  the state: a minute is not worth keeping over a restart.

/// What each address has begun within a minute.
struct StartBudget: Sendable {
  private static let window = Duration.seconds(60)

  private var ends: ServiceTime?
  private var counts: [String: Int] = [:]

  /// Counts one more.
  ///
  /// - Parameters:
  ///   - address: Who asks.
  ///   - limit: How many are allowed.
  ///   - capacity: Addresses that are counted one by one; those beyond share a count.
  ///   - time: Now.
  /// - Returns: Whether it is within the limit.
  mutating func take(
    _ address: String, limit: Int, capacity: Int, at time: ServiceTime
  ) -> Bool {
    if ends.map({ time >= $0 }) ?? true {
      ends = time + Self.window
      counts = [:]
    }
    let name = ClientNetwork.counted(address)
    let key = counts[name] != nil || counts.count < capacity ? name : "others"
    counts[key, default: 0] += 1
    return counts[key, default: 0] <= limit
  }
}

extension IdentityService {
  /// Refuses an address that begins too much at once, before anything is looked at.
  mutating func takeStart(_ request: ServiceRequest, at time: ServiceTime) throws(ServiceError) {
    guard let limit = configuration.limits.startsPerAddress else { return }
    let isWithin = starts.take(
      request.requester.address, limit: limit, capacity: configuration.limits.visitors, at: time)
    guard isWithin else { throw .tooManyStarts }
  }
}
