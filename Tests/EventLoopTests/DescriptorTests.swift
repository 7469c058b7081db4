//  DescriptorTests.swift - readiness of real pipes.

import EventLoop
import Platform
import TestSupport
import Testing

/// A pipe that closes itself.
final class Pipe: Sendable {
  let readEnd: Int32
  let writeEnd: Int32

  init() throws {
    var ends: [Int32] = [-1, -1]
    try #require(unsafe pipe(&ends) == 0)
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  func write(_ text: String) {
    _ = unsafe systemWrite(writeEnd, text, text.utf8.count)
  }

  /// Takes one byte; `nil` at the end.
  func readByte() -> UInt8? {
    var byte: UInt8 = 0
    return unsafe read(readEnd, &byte, 1) == 1 ? byte : nil
  }

  func closeWriteEnd() { _ = close(writeEnd) }

  deinit { _ = close(readEnd) }
}

/// The system's write(2), out of reach of ``Pipe/write(_:)``.
private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}

@Suite struct `Descriptors` {
  @Test func `report every byte, and the end`() async throws {
    let pipe = try Pipe()
    let log = Log<UInt8?>()
    try await onLoop(.real) { loop in
      await withCheckedContinuation { ended in
        loop.watch(pipe.readEnd, for: .read) { readiness in
          #expect(readiness == .read)
          #expect(loop.isCurrent)
          let byte = pipe.readByte()
          log.add(byte)
          if byte == nil {
            loop.unwatch(pipe.readEnd)
            ended.resume()
          }
        }
        pipe.write("abc")
        pipe.closeWriteEnd()
      }
    }
    #expect(log.all == [97, 98, 99, nil])
  }

  @Test func `wake a waiting loop when watched from another thread`() throws {
    let pipe = try Pipe()
    let loop = try EventLoop()
    let thread = try EventLoop.runOnThread(name: "loop") { loop.run() }
    loop.watch(pipe.writeEnd, for: [.read, .write]) { readiness in
      #expect(readiness == .write)
      loop.unwatch(pipe.writeEnd)
      loop.stop()
    }
    thread.join()
    pipe.closeWriteEnd()
  }

  @Test func `are asked only for the present interest`() async throws {
    let pipe = try Pipe()
    let log = Log<String>()
    try await onLoop(.real) { loop in
      pipe.write("x")
      await withCheckedContinuation { (ready: CheckedContinuation<Void, Never>) in
        let act: @Sendable (Readiness) -> Void = { _ in
          log.add("read")
          loop.unwatch(pipe.readEnd)
          ready.resume()
        }
        loop.watch(pipe.readEnd, for: [], act)
        // The loop has looked at the other end, so it has had the chance to see the byte.
        loop.watch(pipe.writeEnd, for: .write) { _ in
          log.add("write")
          loop.unwatch(pipe.writeEnd)
          loop.watch(pipe.readEnd, for: .read, act)
        }
      }
    }
    #expect(log.all == ["write", "read"])
    pipe.closeWriteEnd()
  }

  @Test func `found ready in the same turn are not told any more once unwatched`() throws {
    let loop = try EventLoop()
    let pipes = [try Pipe(), try Pipe()]
    let log = Log<Int32>()
    for pipe in pipes {
      pipe.write("x")
      loop.watch(pipe.readEnd, for: .read) { _ in
        log.add(pipe.readEnd)
        pipes.forEach { loop.unwatch($0.readEnd) }
        loop.schedule(at: loop.now) { loop.stop() }
      }
    }

    loop.run()

    #expect(log.all.count == 1)
    pipes.forEach { $0.closeWriteEnd() }
  }

  @Test func `closed by mistake are told once and do not spin the loop`() throws {
    let loop = try EventLoop()
    let pipe = try Pipe()
    let log = Log<Readiness>()
    loop.watch(pipe.writeEnd, for: .write) { log.add($0) }
    pipe.closeWriteEnd()
    loop.schedule(at: loop.now + .milliseconds(5)) { loop.stop() }

    loop.run()

    #expect(log.all == [.write])
  }

  @Test func `that are closed, or were never watched, are nothing to wait for`() throws {
    let loop = try EventLoop()
    loop.watch(-1, for: .read) { _ in Issue.record("nothing is there") }
    loop.unwatch(-1)
    loop.unwatch(1 << 20)
    loop.schedule(at: loop.now) { loop.stop() }
    loop.run()
  }

  @Test func `are told to those who watch them now, in whatever order others go`() throws {
    let loop = try EventLoop()
    let pipes = try (0..<3).map { _ in try Pipe() }
    let log = Log<String>()
    for (number, pipe) in pipes.enumerated() {
      loop.watch(pipe.readEnd, for: .read) { _ in log.add("first \(number)") }
    }
    loop.unwatch(pipes[0].readEnd)
    loop.watch(pipes[2].readEnd, for: .read) { _ in
      log.add("second 2")
      loop.stop()
    }
    pipes[0].write("x")
    pipes[2].write("x")

    loop.run()

    #expect(log.all == ["second 2"])
    for pipe in pipes {
      loop.unwatch(pipe.readEnd)
      pipe.closeWriteEnd()
    }
  }

  @Test func `hold simulated time still while they are watched`() throws {
    let loop = try EventLoop(time: .simulated(start: .zero))
    let pipe = try Pipe()
    let log = Log<String>()
    loop.schedule(at: .seconds(1)) {
      log.add("timer")
      loop.stop()
    }
    loop.watch(pipe.readEnd, for: .read) { _ in
      log.add("byte at \(loop.now)")
      loop.unwatch(pipe.readEnd)
    }
    let writer = try EventLoop.runOnThread(name: "writer") { pipe.write("x") }

    loop.run()
    writer.join()

    #expect(log.all == ["byte at 0.0 seconds", "timer"])
    pipe.closeWriteEnd()
  }
}
