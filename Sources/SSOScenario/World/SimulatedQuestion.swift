//  SimulatedQuestion.swift - what a program asks on its terminal, for somebody who brings it from elsewhere.
//
//  Knows: each of those people answers one question; without them a terminal has nothing more to read.

internal import EventLoop
internal import Synchronization

/// The questions of all programs.
final class SimulatedQuestions: Sendable {
  private struct State {
    /// People who will answer a question that nobody has asked yet.
    var comers = 0
    /// Whether anybody was to come, at any time.
    var hasSomebody = false
    var asked: [SimulatedQuestion] = []
    var whenAsked: [@Sendable (SimulatedQuestion) -> Void] = []
  }

  private let state = Mutex(State())

  /// Whether somebody answers questions, or has: such a program has a terminal.
  var hasSomebody: Bool { state.withLock { $0.hasSomebody } }

  /// Somebody will come and answer.
  func expectSomebody() {
    state.withLock { state in
      state.comers += 1
      state.hasSomebody = true
    }
  }

  /// Calls `action` with the question that has waited longest, as soon as there is one.
  func whenAsked(_ action: @escaping @Sendable (SimulatedQuestion) -> Void) {
    let question: SimulatedQuestion? = state.withLock { state in
      guard state.asked.isEmpty else { return state.asked.removeFirst() }
      state.whenAsked.append(action)
      return nil
    }
    if let question { action(question) }
  }

  /// Asks, below what `terminal` shows.
  ///
  /// - Returns: The answer; `nil`, at once, where nobody is to come.
  func ask(on terminal: SimulatedTerminal, _ loop: EventLoop) async -> String? {
    let isExpected = state.withLock { state in
      defer { state.comers = max(state.comers - 1, 0) }
      return state.comers > 0
    }
    guard isExpected else { return nil }
    let question = SimulatedQuestion(shown: terminal.text(nil))
    return await question.answered(on: loop) { [self] in put(question) }
  }

  private func put(_ question: SimulatedQuestion) {
    let action: (@Sendable (SimulatedQuestion) -> Void)? = state.withLock { state in
      guard state.whenAsked.isEmpty else { return state.whenAsked.removeFirst() }
      state.asked.append(question)
      return nil
    }
    action?(question)
  }
}

/// One question that waits for its answer.
final class SimulatedQuestion: Sendable {
  /// What the terminal shows.
  let shown: String
  private let waiter = Mutex<CheckedContinuation<String?, Never>?>(nil)

  init(shown: String) { self.shown = shown }

  /// The last address of an authorization page that is shown.
  var authorizationPage: String? {
    shown.split(whereSeparator: \.isWhitespace).last { word in
      !word.hasSuffix("]") && NetworkTarget(String(word))?.path == "/authorize"
    }.map(String.init)
  }

  /// Answers it; a second time does nothing.
  func answer(_ text: String?) {
    let waiter = waiter.withLock { waiter in
      defer { waiter = nil }
      return waiter
    }
    waiter?.resume(returning: text)
  }

  /// What is answered; `nil` when nobody waits for that any more.
  fileprivate func answered(
    on loop: EventLoop, _ ask: @escaping () -> Void
  ) async -> String? {
    await withTaskCancellationHandler {
      await loop.withContinuation { continuation in
        waiter.withLock { $0 = continuation }
        if Task.isCancelled { answer(nil) } else { ask() }
      }
    } onCancel: {
      answer(nil)
    }
  }
}
