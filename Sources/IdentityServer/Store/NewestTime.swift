//  NewestTime.swift - how late it was when a state came to be.

#if Server
  internal import IdentityService

  extension ServiceState {
    /// The newest moment that something in it tells to have been; a row that says only when it ends
    /// tells none.
    var newestTime: ServiceTime? {
      let polls = flows.values.flatMap { [$0.started, $0.lastPoll].compactMap(\.self) }
      let rotations = refreshTokens.values.compactMap { $0.rotation?.time }
      return (clients.values.map(\.issued) + polls + rotations).max()
    }
  }
#endif
