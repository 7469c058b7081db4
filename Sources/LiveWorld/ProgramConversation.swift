//  ProgramConversation.swift - what a program of ours reads and writes.
//
//  Knows: that all of it has to flow at once, and that a program may leave its ends to others.

internal import EventLoop
internal import Platform
internal import SSOScript

/// What a program reads and writes, each as it is ready for it: one that writes before it has read
/// all would wait for ever otherwise.
struct Conversation {
  private var input: ArraySlice<UInt8>
  private let writing: Descriptor
  private let reading: Descriptor
  /// What goes on to our standard error, or is kept; closed at once where nothing of it comes by us.
  private let errors: Descriptor
  private let keepsErrors: Bool
  private(set) var output: [UInt8] = []
  private(set) var error: [UInt8] = []

  init(
    _ input: [UInt8], to writing: Descriptor, from reading: Descriptor, errors: Descriptor,
    keepsErrors: Bool
  ) {
    self.input = input[...]
    self.writing = writing
    self.reading = reading
    (self.errors, self.keepsErrors) = (errors, keepsErrors)
    for end in [writing, errors] { _ = fcntl(end.number, F_SETFL, O_NONBLOCK) }
  }

  /// Goes on until the program wants no more and writes no more.
  mutating func run() {
    if input.isEmpty { writing.close() }
    while writing.number >= 0 || reading.number >= 0 {
      var waiting = [
        pollfd(fd: writing.number, events: Int16(POLLOUT), revents: 0),
        pollfd(fd: reading.number, events: Int16(POLLIN), revents: 0),
        pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0),
      ]
      guard unsafe poll(&waiting, 3, -1) > 0 else { continue }
      if waiting[0].revents != 0 { give() }
      if waiting[1].revents != 0 { take() }
      if waiting[2].revents != 0 { pass() }
    }
  }

  /// Passes on what else the program has to say until it has ended, though others may keep its
  /// standard error.
  ///
  /// - Parameter ended: How it ended, once it has.
  /// - Returns: That; `nil` where it may still run, and has nothing more to say.
  mutating func relay(until ended: () -> ProgramEnd?) -> ProgramEnd? {
    while errors.number >= 0 {
      if let end = ended() {
        pass()
        return end
      }
      var waiting = pollfd(fd: errors.number, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&waiting, 1, 20) > 0 { pass() }
    }
    return nil
  }

  /// Takes all that a pipe holds, and gives it to our standard error, or keeps it.
  private mutating func pass() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = unsafe read(errors.number, &buffer, buffer.count)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    if count <= 0 { return errors.close() }
    guard !keepsErrors else {
      error += buffer.prefix(min(count, ProgramEnd.errorLimit - error.count))
      return
    }
    // Who cannot write there has nobody to tell.
    _ = writeAll(Array(buffer.prefix(count)), to: 2)
  }

  private mutating func give() {
    let number = writing.number
    let count = unsafe input.withUnsafeBytes { unsafe write(number, $0.baseAddress, $0.count) }
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    input = input.dropFirst(max(count, 0))
    if count < 0 || input.isEmpty { writing.close() }
  }

  private mutating func take() {
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    let count = unsafe read(reading.number, &buffer, buffer.count)
    if count < 0, errno == EINTR { return }
    if count <= 0 { return reading.close() }
    output += buffer.prefix(min(count, ProgramEnd.outputLimit + 1 - output.count))
  }
}

/// A pipe whose ends are not inherited.
struct Pipe {
  let reading: Descriptor
  let writing: Descriptor

  init() throws(DoorError) {
    var ends: [Int32] = [-1, -1]
    try Inheritance.inTurn { () throws(DoorError) in
      guard unsafe pipe(&ends) == 0 else { throw .system("pipe") }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }
    reading = Descriptor(ends[0])
    writing = Descriptor(ends[1])
  }
}
