//  ConnectionPhaseTests.swift - how long a client may take, with time handed in.

#if Server
  import NIOCore
  import Testing

  @testable import IdentityServer

  @Suite struct `A connection` {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
    private let patience = ConnectionPhase.Patience()

    @Test func `S30 a head is due five seconds after its first byte, however the rest drips`() {
      var phase = ConnectionPhase(patience)
      #expect(phase.deadline == nil && phase.isIdle)

      phase.received(at: start)
      phase.received(at: start + .seconds(4))

      #expect(phase.deadline == start + .seconds(5))
      #expect(phase.mayRefuse)
    }

    @Test func `S30 a body is due ten seconds after its head`() {
      var phase = ConnectionPhase(patience)
      phase.received(at: start)
      phase.headIsRead(at: start + .seconds(1))
      phase.received(at: start + .seconds(9))

      #expect(phase.deadline == start + .seconds(11))
    }

    @Test func `S30 a client waits for the service as long as it takes`() {
      var phase = ConnectionPhase(patience)
      phase.received(at: start)
      phase.headIsRead(at: start)
      phase.requestIsRead()

      #expect(phase.deadline == nil && !phase.mayRefuse && !phase.isIdle)
      phase.responseIsWritten()
      #expect(phase.deadline == nil && phase.isIdle)
    }

    @Test func `S33 of two requests in a row the second keeps its deadline`() {
      var phase = ConnectionPhase(patience)
      phase.received(at: start)
      phase.headIsRead(at: start)
      phase.requestIsRead()
      phase.headIsRead(at: start + .seconds(1))
      #expect(!phase.mayRefuse)

      phase.responseIsWritten()

      #expect(phase.deadline == start + .seconds(11) && phase.mayRefuse)
    }

    @Test func `a refused connection stays refused`() {
      var phase = ConnectionPhase(patience)
      phase.received(at: start)
      phase.close()
      phase.headIsRead(at: start)
      phase.requestIsRead()
      phase.responseIsWritten()

      #expect(phase.isClosing && !phase.mayRefuse && phase.deadline == nil)
    }
  }
#endif
