//  ScriptFailure.swift - why a call from a script failed, and the error table it becomes.

package import LuaEngine
public import SSOOIDC

/// Why a call from a script failed.
package enum ScriptFailure: Error {
  /// The operation failed; raised with `sso`, returned with `sso.safe`.
  case operation(SSOError)
  /// The call itself was wrong; raised in both.
  case misuse(String)
  /// A function of the script that the call called failed; its own error is raised in both.
  indirect case raised(LuaFailure)

  /// A failure with a code of ours.
  package static func failed(
    _ code: SSOError.Code, _ kind: SSOError.Kind, _ message: String, operation: String = ""
  ) -> ScriptFailure {
    .operation(SSOError(code, kind, message, operation: operation))
  }

  /// A module that another task is at.
  static func loading(_ module: String, _ more: String = "") -> ScriptFailure {
    .misuse("module '\(module)' is being loaded by another task\(more)")
  }

  /// A door that could not do what was asked.
  static func door(_ error: DoorError, _ operation: String) -> ScriptFailure {
    .operation(SSOError(.door, .transport, error.message, operation: operation))
  }
}

extension ScriptFailure {
  /// It as the one error there is.
  var asError: SSOError {
    switch self {
    case .operation(let error): error
    case .misuse(let message): .misuse(message)
    case .raised(let failure): .misuse(failure.message)
    }
  }
}

extension ScriptFailure {
  /// The same with every secret replaced in what an operation says: a script may show that anywhere.
  func redacted(by secrets: SecretKeeper) -> ScriptFailure {
    guard case .operation(var error) = self else { return self }
    error.message = secrets.redact(error.message)
    error.errorDescription = error.errorDescription.map(secrets.redact)
    error.reason = error.reason.map(secrets.redact)
    return .operation(error)
  }
}

extension SSOError.Code {
  /// The permissions do not allow it; the message names the flag that would.
  public static let notPermitted = Self("NotPermitted")
  /// A file, terminal, browser or program could not do what was asked.
  public static let door = Self("DoorError")
  /// Something handed in cannot be read as what it should be.
  public static let invalidInput = Self("InvalidInput")
}

extension LuaFailure {
  /// A script that could not be started.
  init(_ message: String) {
    self.init(
      value: .string(message), message: message, place: LuaPlace(position: "", traceback: ""))
  }
}

extension LuaRaise {
  init(_ failure: ScriptFailure) {
    switch failure {
    case .misuse(let message):
      self.init(.table(ErrorTable.make(.misuse(message))), isMisuse: true)
    case .operation(let error): self.init(.table(ErrorTable.make(error)))
    case .raised(let failure):
      self.init(
        failure.value == .nil ? .string(failure.message) : failure.value, isMisuse: true,
        from: failure.place)
    }
  }
}

extension SSOError {
  static func misuse(_ message: String) -> SSOError {
    SSOError(.invalidParameter, .validation, message)
  }

  /// What `tostring` gives: where the description would only repeat a code of ours, the message.
  var scriptMessage: String {
    switch kind {
    case .limit where transport != nil: description
    case .permission, .validation, .cancelled, .limit:
      operation.isEmpty ? message : "\(operation): \(message)"
    case .service, .transport, .parse:
      code == .door && !operation.isEmpty ? "\(operation): \(message)" : description
    }
  }
}

/// The one error of the Lua API.
enum ErrorTable {
  /// Its members, as docs/scripts.md names them; absent ones are nil.
  static func make(_ error: SSOError) -> LuaTable {
    LuaTable(
      [
        "code": .string(error.code.rawValue),
        "kind": .string(error.kind.rawValue),
        "message": .string(error.scriptMessage),
        "retryable": .boolean(error.retryable),
        "error": error.error.lua,
        "error_description": error.errorDescription.lua,
        "operation": error.operation.isEmpty ? .nil : .string(error.operation),
        "host": error.host.isEmpty ? .nil : .string(error.host),
        "status": error.status.map { .integer(Int64($0)) } ?? .nil,
        "request_id": error.requestID.lua,
        "retry_after": error.retryAfter.map { .number($0.inSeconds) } ?? .nil,
        "reason": error.reason.lua,
        "endpoint": error.endpoint.lua,
        "region": error.region.lua,
      ], kind: .error)
  }
}

extension String? {
  /// The text, or nil.
  var lua: LuaValue { map(LuaValue.string) ?? .nil }
}

extension Duration {
  /// As a number of seconds.
  package var inSeconds: Double {
    // What `components` gives, in a third of its time.
    let (seconds, rest) = attoseconds.quotientAndRemainder(dividingBy: 1_000_000_000_000_000_000)
    return Double(Int64(truncatingIfNeeded: seconds))
      + Double(Int64(truncatingIfNeeded: rest)) / 1e18
  }
}
