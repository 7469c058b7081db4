//  TestLog.swift - what threads of a test tell each other.

import Synchronization

/// What server threads saw, in order.
package final class Log<Element: Sendable>: Sendable {
  private let lines = Mutex<[Element]>([])
  // The thread sanitizer does not see into the library's mutex.
  private let visible = Atomic<Bool>(false)

  package init() {}

  package func add(_ line: Element) {
    lines.withLock {
      _ = visible.load(ordering: .acquiring)
      $0.append(line)
      visible.store(true, ordering: .releasing)
    }
  }

  package var all: [Element] {
    lines.withLock {
      _ = visible.load(ordering: .acquiring)
      defer { visible.store(true, ordering: .releasing) }
      return $0
    }
  }
}

/// Something a server thread tells a waiting test.
package struct Signal: Sendable {
  private let stream: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  package init() { (stream, continuation) = AsyncStream.makeStream() }

  package func send() { continuation.yield() }

  package func wait() async {
    var iterator = stream.makeAsyncIterator()
    await iterator.next()
  }
}
