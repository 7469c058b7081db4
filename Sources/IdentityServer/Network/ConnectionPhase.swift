//  ConnectionPhase.swift - what one connection is waiting for, and until when (S30).
//
//  Knows: a head is due within 5 s of its first byte, a body within 10 s of its head. Pure: time is
//  handed in.
//  Does not know: sockets, timers (ByteGuard).

#if Server
  internal import NIOCore

  /// Where one connection stands between two requests.
  struct ConnectionPhase: Equatable {
    /// How long a client may take.
    struct Patience: Sendable, Equatable {
      var head = TimeAmount.seconds(5)
      var body = TimeAmount.seconds(10)
    }

    private enum Phase: Equatable {
      case idle
      case head(until: NIODeadline)
      case body(until: NIODeadline)
      case answering
      /// Refused: what still comes is thrown away.
      case closing
    }

    private let patience: Patience
    private var phase = Phase.idle
    /// Requests whose head was read and whose response is not complete; several when pipelined.
    private(set) var unanswered = 0

    init(_ patience: Patience) { self.patience = patience }

    /// Bytes came.
    mutating func received(at time: NIODeadline) {
      if phase == .idle { phase = .head(until: time + patience.head) }
    }

    /// The head of a request is complete.
    mutating func headIsRead(at time: NIODeadline) {
      unanswered += 1
      if phase != .closing { phase = .body(until: time + patience.body) }
    }

    /// A request is complete.
    mutating func requestIsRead() {
      if phase != .closing { phase = .answering }
    }

    /// A response is complete.
    mutating func responseIsWritten() {
      unanswered -= 1
      if phase != .closing && unanswered == 0 { phase = .idle }
    }

    /// The client was refused.
    mutating func close() { phase = .closing }

    /// When the client will have been too slow; `nil` while the turn is not the client's.
    var deadline: NIODeadline? {
      switch phase {
      case .head(let time), .body(let time): time
      case .idle, .answering, .closing: nil
      }
    }

    /// Whether nothing is under way.
    var isIdle: Bool { phase == .idle }
    /// Whether the client was refused.
    var isClosing: Bool { phase == .closing }
    /// Whether a refusal would not run into a response.
    var mayRefuse: Bool {
      switch phase {
      case .idle, .head: unanswered == 0
      case .body: unanswered == 1
      case .answering, .closing: false
      }
    }
  }
#endif
