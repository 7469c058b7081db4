//  MultiHandle.swift - libcurl's set of transfers with their common connections.

internal import CCurl
internal import EventLoop

/// Owns a `ccurl_multi`; stays on the loop's thread.
@safe final class MultiHandle {
  /// What libcurl wants to know about a socket.
  struct Change {
    let socket: Int32
    /// `nil`: nothing any more.
    let interest: Readiness?
  }

  private let multi: OpaquePointer

  /// `nil` without memory.
  ///
  /// - Parameter connections: How many idle ones are kept.
  init?(connections: Int) {
    guard let multi = unsafe ccurl_multi_make(connections) else { return nil }
    unsafe self.multi = multi
  }

  deinit { unsafe ccurl_multi_free(multi) }

  func add(_ handle: EasyHandle) -> Bool { unsafe ccurl_multi_add(multi, handle.easy) == CURLM_OK }

  func remove(_ handle: EasyHandle) { unsafe ccurl_multi_remove(multi, handle.easy) }

  /// Lets libcurl read and write a socket that is ready.
  func ready(_ socket: Int32, _ readiness: Readiness) {
    let events =
      (readiness.contains(.read) ? CURL_CSELECT_IN : 0)
      | (readiness.contains(.write) ? CURL_CSELECT_OUT : 0)
    _ = unsafe ccurl_multi_ready(multi, socket, events)
  }

  /// Lets libcurl act on the time.
  func timeout() { _ = unsafe ccurl_multi_timeout(multi) }

  /// The next wish about sockets; `nil` when there is none.
  func nextChange() -> Change? {
    var change = ccurl_change()
    guard unsafe ccurl_multi_next_change(multi, &change) else { return nil }
    switch change.what {
    case CURL_POLL_IN: return Change(socket: change.socket, interest: .read)
    case CURL_POLL_OUT: return Change(socket: change.socket, interest: .write)
    case CURL_POLL_INOUT: return Change(socket: change.socket, interest: [.read, .write])
    default: return Change(socket: change.socket, interest: nil)
    }
  }

  /// When ``timeout()`` is due from now, if that changed: `.some(nil)` for never.
  func nextWait() -> Duration?? {
    var wait = 0
    guard unsafe ccurl_multi_wait(multi, &wait) else { return nil }
    return .some(wait < 0 ? nil : .milliseconds(wait))
  }

  /// The next transfer that has ended; `nil` when there is none.
  func nextDone() -> (id: Int64, result: CURLcode)? {
    var id: Int64 = 0
    var result = CURLE_OK
    guard unsafe ccurl_multi_next_done(multi, &id, &result) else { return nil }
    return (id, result)
  }
}
