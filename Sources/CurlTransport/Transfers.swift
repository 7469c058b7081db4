//  Transfers.swift - all transfers of one transport, on the loop's thread.
//
//  Knows: who runs, who waits in line, who waits for an answer.
//  Does not know: settings of a handle (EasyHandle), what errors mean (Failure).

internal import CCurl
internal import EventLoop
internal import SSOOIDC

typealias Outcome = Result<HTTPResponse, TransportError>

/// One request on its way.
final class Transfer {
  let id: Int64
  let call: Call
  let answer: CheckedContinuation<Outcome, Never>
  /// When its total time is over, if it had to wait in line, and the timer that sees to it;
  /// libcurl watches the time of those that run.
  var limit: (deadline: Duration, timer: TimerID)?
  /// `nil` while it waits in line.
  var handle: EasyHandle?

  init(id: Int64, call: Call, answer: CheckedContinuation<Outcome, Never>) {
    self.id = id
    self.call = call
    self.answer = answer
  }
}

/// Lives on the loop: between actor and libcurl there are no locks and no callbacks.
actor Transfers {
  nonisolated let loop: EventLoop
  private let settings: CurlTransport.Settings
  var multi: MultiHandle?
  private var idle: [EasyHandle] = []
  private var transfers: [Int64: Transfer] = [:]
  private var line = WaitingLine()
  private var running = 0
  private var lastID: Int64 = 0
  var alarm = Alarm()

  init(loop: EventLoop, settings: CurlTransport.Settings) {
    self.loop = loop
    self.settings = settings
  }

  nonisolated var unownedExecutor: UnownedSerialExecutor {
    unsafe loop.asUnownedSerialExecutor()
  }

  /// Runs one transfer to its end; cancelling the task ends it at once.
  func perform(_ call: Call) async -> Outcome {
    lastID += 1
    let id = lastID
    return await withTaskCancellationHandler {
      await loop.withContinuation { answer in
        transfers[id] = Transfer(id: id, call: call, answer: answer)
        line.add(id)
        if Task.isCancelled { cancel(id) }
        work()
        limitWaiting(id)
      }
    } onCancel: {
      onLoop { $0.cancel(id) }
    }
  }

  /// At once when already there: a cancelled transfer is gone before its task goes on.
  private nonisolated func onLoop(_ action: @escaping @Sendable (isolated Transfers) -> Void) {
    if loop.isCurrent {
      assumeIsolated(action)
    } else {
      loop.schedule(at: .zero) { self.assumeIsolated(action) }
    }
  }

  private func cancel(_ id: Int64) {
    guard let transfer = transfers[id] else { return }
    let delivery: TransportError.Delivery =
      transfer.handle?.wasSent == true ? .maybeReceived : .neverSent
    end(id, .failure(transfer.call.failure(.cancelled, "cancelled", delivery)))
    work()
  }

  private func limitWaiting(_ id: Int64) {
    guard let transfer = transfers[id], transfer.handle == nil else { return }
    let deadline = loop.now + transfer.call.request.options.timeout
    let timer = loop.schedule(at: deadline) { [weak self] in
      self?.assumeIsolated { $0.giveUpWaiting(id) }
    }
    transfer.limit = (deadline, timer)
  }

  private func giveUpWaiting(_ id: Int64) {
    guard let transfer = transfers[id], transfer.handle == nil else { return }
    let words = "waited in line for \(settings.maximumTransfers) other transfers"
    end(id, .failure(transfer.call.failure(.timeout, words, .neverSent)))
  }

  /// After every word with libcurl: collect results, start who waits, hear what libcurl wants.
  func work() {
    repeat {
      while let (id, result) = multi?.nextDone() { finish(id, result) }
    } while startNext()
    hearWishes()
  }

  private func finish(_ id: Int64, _ result: CURLcode) {
    guard let transfer = transfers[id], let handle = transfer.handle else { return }
    end(id, handle.outcome(result, transfer.call))
  }

  /// The one place where a transfer leaves.
  private func end(_ id: Int64, _ outcome: Outcome) {
    guard let transfer = transfers.removeValue(forKey: id) else { return }
    if let limit = transfer.limit { loop.cancel(limit.timer) }
    if let handle = transfer.handle {
      multi?.remove(handle)
      running -= 1
      if idle.count < settings.maximumTransfers { idle.append(handle) }
    }
    transfer.answer.resume(returning: outcome)
  }

  /// Starts the next in line, if there is room; `false` when there is nothing to start.
  private func startNext() -> Bool {
    guard running < settings.maximumTransfers else { return false }
    guard let id = line.next(where: { transfers[$0] != nil }) else { return false }
    if let transfer = transfers[id], let error = start(transfer) { end(id, .failure(error)) }
    return true
  }

  private func start(_ transfer: Transfer) -> TransportError? {
    let call = transfer.call
    do {
      guard let multi = try loadedMulti(), let handle = idle.popLast() ?? EasyHandle(),
        handle.prepare(call, id: transfer.id, timeout: timeLeft(transfer), settings),
        multi.add(handle)
      else { return call.failure(.other, "libcurl has no memory left", .neverSent) }
      transfer.handle = handle
      running += 1
      return nil
    } catch {
      return call.failure(.other, error.description, .neverSent)
    }
  }

  private func loadedMulti() throws(LibraryError) -> MultiHandle? {
    if multi == nil {
      try Library.load()
      multi = MultiHandle(connections: settings.maximumTransfers)
    }
    return multi
  }

  /// Time spent in line counts.
  private func timeLeft(_ transfer: Transfer) -> Duration {
    guard let limit = transfer.limit else { return transfer.call.request.options.timeout }
    loop.cancel(limit.timer)
    transfer.limit = nil
    return limit.deadline - loop.now
  }
}
