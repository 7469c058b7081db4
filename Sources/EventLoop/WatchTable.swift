//  WatchTable.swift - which descriptors are watched, for what, and who is told.
//
//  Knows: poll(2)'s flags in both directions.
//  Does not know: when to look (LoopState).

internal import Platform

typealias PollDescriptor = pollfd

/// What a descriptor is ready for.
public struct Readiness: OptionSet, Sendable, Hashable {
  /// The flags as bits.
  public let rawValue: UInt8

  /// Makes a set from bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Reading will not block; end of file and errors count, since reading reports them.
  public static let read = Self(rawValue: 1)
  /// Writing will not block; errors count, since writing reports them.
  public static let write = Self(rawValue: 2)
}

struct WatchTable {
  typealias Action = @Sendable (Readiness) -> Void

  private struct Watch {
    var interest: Readiness
    let action: Action
    /// Results of an earlier look belong to an earlier owner of the number.
    let firstLook: UInt64
    /// In the list; `nil` for one without interest.
    var position: Int?
  }

  /// By descriptor, of which a system gives the smallest that is free.
  private var watches: [Watch?] = []
  private var descriptors: [PollDescriptor] = []
  private var looks: UInt64 = 0

  /// Whether nothing is waited for.
  var isEmpty: Bool { descriptors.isEmpty }

  /// Watches a descriptor; gives back the action that was replaced, to be released without the lock.
  ///
  /// Of one that is closed (-1) nothing comes.
  mutating func insert(_ descriptor: Int32, _ interest: Readiness, _ action: @escaping Action)
    -> Action?
  {
    guard descriptor >= 0 else { return nil }
    let number = Int(descriptor)
    while watches.count <= number { watches.append(nil) }
    let replaced = watches[number]
    watches[number] = Watch(
      interest: interest, action: action, firstLook: looks + 1, position: replaced?.position)
    list(number, interest)
    return replaced?.action
  }

  mutating func remove(_ descriptor: Int32) -> Action? {
    let number = Int(descriptor)
    guard watches.indices.contains(number), let watch = watches[number] else { return nil }
    list(number, [])
    watches[number] = nil
    return watch.action
  }

  /// Copies the list for one poll(2), which happens without the lock.
  mutating func beginLook(_ list: inout [PollDescriptor]) {
    looks += 1
    list.removeAll(keepingCapacity: true)
    list.append(contentsOf: descriptors)
  }

  /// Whom to tell about a result of the latest look, if it is still wanted.
  mutating func call(for result: PollDescriptor) -> (action: Action, readiness: Readiness)? {
    guard let watch = watches[Int(result.fd)], watch.firstLook <= looks else { return nil }
    if result.revents & Int16(POLLNVAL) != 0 {
      // Closed under our hands: told once, or poll(2) would report it for ever.
      list(Int(result.fd), [])
    }
    let readiness = Readiness(pollResult: result.revents).intersection(watch.interest)
    return readiness.isEmpty ? nil : (watch.action, readiness)
  }

  /// Only descriptors with an interest are listed: poll(2) reports errors of all it is given.
  private mutating func list(_ number: Int, _ interest: Readiness) {
    switch (watches[number]?.position, interest.isEmpty) {
    case (let position?, false): descriptors[position].events = interest.pollEvents
    case (let position?, true): unlist(number, at: position)
    case (nil, false):
      watches[number]?.position = descriptors.count
      descriptors.append(
        PollDescriptor(fd: Int32(number), events: interest.pollEvents, revents: 0))
    case (nil, true): break
    }
  }

  private mutating func unlist(_ number: Int, at position: Int) {
    watches[number]?.position = nil
    let last = descriptors.removeLast()
    guard last.fd != number else { return }
    descriptors[position] = last
    watches[Int(last.fd)]?.position = position
  }
}

extension PollDescriptor {
  var hasResult: Bool { revents != 0 }
}

extension Readiness {
  fileprivate init(pollResult: Int16) {
    let broken = Int16(POLLHUP) | Int16(POLLERR) | Int16(POLLNVAL)
    self = []
    if pollResult & (Int16(POLLIN) | broken) != 0 { insert(.read) }
    if pollResult & (Int16(POLLOUT) | broken) != 0 { insert(.write) }
  }

  fileprivate var pollEvents: Int16 {
    (contains(.read) ? Int16(POLLIN) : 0) | (contains(.write) ? Int16(POLLOUT) : 0)
  }
}
