//  Transfers+Loop.swift - what libcurl wants from the loop: sockets to watch, a time to be called.

internal import CCurl
internal import EventLoop

/// When libcurl wants to be called, and the timer that is set for it.
///
/// libcurl changes its mind several times per transfer, mostly to something later; a timer that is
/// early costs one look at the clock, so only a wish for something earlier sets a new one.
struct Alarm {
  var due: Duration?
  var timer: (id: TimerID, deadline: Duration)?

  /// The deadline for a new timer; `nil` when the present one will do.
  var newDeadline: Duration? {
    guard let due else { return nil }
    if let timer, timer.deadline <= due { return nil }
    return due
  }
}

extension Transfers {
  func hearWishes() {
    while let change = multi?.nextChange() { apply(change) }
    if let wait = multi?.nextWait() {
      let now = loop.now
      alarm.due = wait.map { now + $0 }
      setTimer()
    }
  }

  private func apply(_ change: MultiHandle.Change) {
    let socket = change.socket
    guard let interest = change.interest else { return loop.unwatch(socket) }
    loop.watch(socket, for: interest) { [weak self] readiness in
      self?.assumeIsolated { $0.socketIsReady(socket, readiness) }
    }
  }

  private func socketIsReady(_ socket: Int32, _ readiness: Readiness) {
    multi?.ready(socket, readiness)
    work()
  }

  private func setTimer() {
    guard let deadline = alarm.newDeadline else { return }
    if let old = alarm.timer { loop.cancel(old.id) }
    let id = loop.schedule(at: deadline) { [weak self] in self?.assumeIsolated { $0.timerFired() } }
    alarm.timer = (id, deadline)
  }

  private func timerFired() {
    alarm.timer = nil
    guard let due = alarm.due else { return }
    guard due <= loop.now else { return setTimer() }
    alarm.due = nil
    multi?.timeout()
    work()
  }
}
