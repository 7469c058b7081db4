//  LoopThread.swift - a thread whose stack size is known.
//
//  Why not Swift's own pool: C code with deep recursion (Lua) must know how much stack it has.

internal import Platform

/// A running thread, to be joined; let go unjoined, it runs on by itself.
public struct LoopThread: ~Copyable, Sendable {
  /// `pthread_t` as a number: it is a pointer on some systems.
  private let thread: UInt

  init(stackSize: Int, name: String, _ body: @escaping @Sendable () -> Void) throws(EventLoopError)
  {
    let start = ThreadStart(name: name, body: body)
    thread = try startThread(stackSize: stackSize, start)
  }

  /// Waits until the thread's closure has returned.
  public consuming func join() {
    joinThread(thread)
    discard self
  }

  deinit {
    detachThread(thread)
  }
}

extension EventLoop {
  /// Runs a closure on a new thread with a stack of known size.
  ///
  /// - Parameters:
  ///   - stackSize: Bytes; at least 64 KiB, rounded up to whole pages.
  ///   - name: For debuggers; at most 15 bytes of it are kept.
  ///   - body: What the thread does, ``run()`` for example.
  /// - Returns: The thread, to be joined or let go.
  /// - Throws: ``EventLoopError`` with ``EventLoopError/Code/noThread``.
  @discardableResult
  public static func runOnThread(
    stackSize: Int = 8 << 20, name: String, _ body: @escaping @Sendable () -> Void
  ) throws(EventLoopError) -> LoopThread {
    try LoopThread(stackSize: stackSize, name: name, body)
  }
}

/// What crosses into the new thread.
private final class ThreadStart: Sendable {
  let name: String
  let body: @Sendable () -> Void

  init(name: String, body: @escaping @Sendable () -> Void) {
    self.name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
    self.body = body
  }
}

private func startThread(stackSize: Int, _ start: ThreadStart) throws(EventLoopError) -> UInt {
  let page = 4096
  var attributes = pthread_attr_t()
  unsafe pthread_attr_init(&attributes)
  defer { unsafe pthread_attr_destroy(&attributes) }
  let size = (max(stackSize, 64 << 10) + page - 1) / page * page
  unsafe pthread_attr_setstacksize(&attributes, size)
  let context = unsafe Unmanaged.passRetained(start)
  #if canImport(Darwin)
    var thread: pthread_t?
  #else
    var thread = pthread_t()
  #endif
  let status = unsafe pthread_create(&thread, &attributes, threadMain, context.toOpaque())
  guard status == 0 else {
    unsafe context.release()
    throw EventLoopError(code: .noThread, systemError: status)
  }
  return threadNumber(thread)
}

#if canImport(Darwin)
  private func threadMain(_ context: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    _ = unsafe pthread_setname_np(start.name)
    start.body()
    return nil
  }

  private func threadNumber(_ thread: pthread_t?) -> UInt { UInt(bitPattern: thread) }

  private func joinThread(_ number: UInt) {
    guard let thread = unsafe pthread_t(bitPattern: number) else { return }
    _ = unsafe pthread_join(thread, nil)
  }

  private func detachThread(_ number: UInt) {
    guard let thread = unsafe pthread_t(bitPattern: number) else { return }
    _ = unsafe pthread_detach(thread)
  }
#else
  private func threadMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context = unsafe context else { return nil }
    let start = unsafe Unmanaged<ThreadStart>.fromOpaque(context).takeRetainedValue()
    nameThread(start.name)
    start.body()
    return nil
  }

  /// Through /proc, because Swift does not see GNU's `pthread_setname_np`; a name is no necessity.
  private func nameThread(_ name: String) {
    let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    _ = unsafe write(file, name, name.utf8.count)
    _ = close(file)
  }

  private func threadNumber(_ thread: pthread_t) -> UInt { UInt(thread) }
  private func joinThread(_ number: UInt) { _ = pthread_join(pthread_t(number), nil) }
  private func detachThread(_ number: UInt) { _ = pthread_detach(pthread_t(number)) }
#endif
