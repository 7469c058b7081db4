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

  @Test func `found ready in the same turn and watched anew are not told of what was found before`()
    throws
  {
    let loop = try EventLoop()
    let pipes = [try Pipe(), try Pipe()]
    let log = Log<String>()
    for (pipe, other) in [(pipes[0], pipes[1]), (pipes[1], pipes[0])] {
      pipe.write("x")
      loop.watch(pipe.readEnd, for: .read) { _ in
        log.add("found")
        loop.unwatch(pipe.readEnd)
        // Without its byte it is as another one that has the number now.
        _ = other.readByte()
        loop.unwatch(other.readEnd)
        loop.watch(other.readEnd, for: .read) { _ in log.add("told of what is no more") }
        loop.schedule(at: loop.now + .milliseconds(5)) { loop.stop() }
      }
    }

    loop.run()

    #expect(log.all == ["found"])
    pipes.forEach { $0.closeWriteEnd() }
  }

  @Test func `are told whichever of the others are watched no more`() throws {
    let loop = try EventLoop()
    let pipes = try (0..<4).map { _ in try Pipe() }
    let log = Log<Int>()
    for (number, pipe) in pipes.enumerated() {
      pipe.write("x")
      loop.watch(pipe.readEnd, for: .read) { _ in
        log.add(number)
        _ = pipe.readByte()
      }
    }
    for number in [0, 3] { loop.unwatch(pipes[number].readEnd) }
    loop.schedule(at: loop.now + .milliseconds(5)) { loop.stop() }

    loop.run()

    #expect(log.all.sorted() == [1, 2])
    pipes.forEach { $0.closeWriteEnd() }
  }

  @Test func `watched a second time have one watch`() throws {
    let loop = try EventLoop()
    let pipe = try Pipe()
    let log = Log<String>()
    pipe.write("x")
    for name in ["first", "second"] {
      loop.watch(pipe.readEnd, for: .read) { _ in
        log.add(name)
        loop.stop()
      }
    }

    loop.run()

    #expect(log.all == ["second"])
    pipe.closeWriteEnd()
  }

  @Test func `that do not wait are written to until all of it is there`() throws {
    let pipe = try Pipe()
    _ = fcntl(pipe.writeEnd, F_SETFL, O_NONBLOCK)
    let log = Log<Bool>()
    let writer = try EventLoop.runOnThread(name: "writer") {
      log.add(writeAll([UInt8](repeating: 1, count: 200_000), to: pipe.writeEnd))
      pipe.closeWriteEnd()
    }
    var count = 0
    while pipe.readByte() != nil { count += 1 }
    writer.join()
    #expect(log.all == [true] && count == 200_000)
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
    let pipe = try Pipe()
    let log = Log<String>()
    let loop = try EventLoop(time: .simulated(start: .zero)) { log.add("moves to \($0)") }
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

    #expect(log.all == ["byte at 0.0 seconds", "moves to 1.0 seconds", "timer"])
    pipe.closeWriteEnd()
  }
}
