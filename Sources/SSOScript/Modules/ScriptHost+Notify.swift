//  ScriptHost+Notify.swift - notifications on their way, and what comes of those that fail.

import EventLoop
import LuaEngine
import SSOOIDC
import StrictJSON

extension ScriptHost {
  /// How long a notification may take.
  func patience(
    _ arguments: CheckedArguments, _ function: String, usual: Duration = .seconds(10)
  ) throws(ScriptFailure) -> Duration {
    let limit = try arguments.duration("timeout") ?? usual
    guard limit > .zero else {
      throw .misuse("\(function): timeout must be more than 0 seconds")
    }
    return limit
  }

  /// The wish to notify; without the permission for it, the failure.
  func notify(_ way: Notification.Way, _ function: String) -> APIAnswer {
    let wish = Effect.notify(Notification(function: function, way: way))
    do throws(ScriptFailure) {
      try permit(wish, function)
    } catch {
      return .results(unheard(error, function))
    }
    return .ask(wish)
  }

  /// What the script gets in place of `true`; its user reads of it in the log.
  func unheard(_ failure: ScriptFailure, _ function: String) -> [LuaValue] {
    let error = failure.asError
    let message = error.scriptMessage
    log(.warning, message.hasPrefix(function) ? message : "\(function): \(message)")
    return [.nil, .table(ErrorTable.make(error))]
  }

  /// Sends it; nothing but the end of the task itself is a failure of the script.
  func deliver(_ notification: Notification) async throws(ScriptFailure) -> [LuaValue] {
    do throws(ScriptFailure) {
      switch notification.way {
      case .program(let command, let input, let patience):
        try await tell(command, input, within: patience, notification.function)
      case .webhook(let request): try await post(request, notification.function)
      case .mail(let mail): try await send(mail, notification.function)
      }
      return [true]
    } catch {
      if case .operation(let error) = error, error.kind == .cancelled { throw .operation(error) }
      return unheard(error, notification.function)
    }
  }

  private func tell(
    _ command: [String], _ input: [UInt8], within limit: Duration, _ function: String
  ) async throws(ScriptFailure) {
    let program = command.first ?? ""
    let race = ProgramRace(
      programs: world.programs, clock: world.clock, executor: system?.loop.taskExecutor)
    do throws(DoorError) {
      guard let end = try await race.run(command, input, within: limit) else {
        throw DoorError("\(program) did not end within \(limit.inSeconds) seconds")
      }
      guard end.exitStatus == 0 else { throw DoorError("\(program) ended with \(end.words)") }
    } catch {
      if Task.isCancelled { throw Self.stopped(function) }
      throw .door(error, function)
    }
  }

  private func post(_ request: HTTPRequest, _ function: String) async throws(ScriptFailure) {
    try checkWay(of: request, function)
    let response: HTTPResponse
    do throws(TransportError) { response = try await world.transport.send(request) } catch {
      throw failure(error, function, mayPass: error.isPassing)
    }
    guard !(200..<300).contains(response.status) else { return }
    var error = SSOError(
      SSOError.Code("HTTP \(response.status)"), .service, "the service did not take it",
      operation: function, host: HostPattern.host(of: request.url) ?? "")
    error.status = response.status
    error.retryable = RetryPolicy.isPassing(status: response.status)
    throw .operation(error)
  }

  private func send(_ mail: Mail, _ function: String) async throws(ScriptFailure) {
    do throws(TransportError) { try await world.mail.send(mail) } catch {
      // A message that was sent may have been taken: nobody wants it twice.
      let isUnsent = error.isPassing && error.delivery == .neverSent
      throw failure(error, function, mayPass: error.code == .deferred || isUnsent)
    }
  }

  private func failure(
    _ error: TransportError, _ function: String, mayPass: Bool
  ) -> ScriptFailure {
    if error.code == .cancelled { return Self.stopped(function) }
    var failure = SSOError(http: error)
    failure.operation = function
    failure.retryable = mayPass
    if [.refused, .deferred].contains(error.code) { failure.kind = .service }
    return .operation(failure)
  }

  private static func stopped(_ function: String) -> ScriptFailure {
    .failed(.cancelled, .cancelled, "the task was cancelled", operation: function)
  }
}

extension SecretKeeper {
  /// `json` with every secret in its texts replaced.
  func redact(_ json: JSON) -> JSON {
    switch json {
    case .string(let text): .string(redact(text))
    case .array(let items): .array(items.map { redact($0) })
    case .object(let object):
      .object(JSONObject(object.map { (redact($0.0), redact($0.1)) }))
    default: json
    }
  }
}
