//  ScriptOutcome.swift - how a script ended, and the exit status that stands for it. Pure.

public import LuaEngine
internal import SSOOIDC

/// How a run ended.
public enum ScriptOutcome: Sendable {
  /// The script came to its end.
  case finished
  /// It called `os.exit` with this status.
  case exited(Int32)
  /// An error reached the top.
  indirect case failed(LuaFailure)
  /// A limit or a signal ended it.
  indirect case stopped(LuaStop, LuaPlace)
}

extension ScriptOutcome {
  /// The exit status that stands for it, an ``ExitStatus`` or what the script set.
  public var exitStatus: Int32 {
    switch self {
    case .finished: ExitStatus.done.rawValue
    case .exited(let status): status
    case .failed(let failure): failure.exitStatus.rawValue
    case .stopped: ExitStatus.limit.rawValue
    }
  }
}

extension LuaFailure {
  /// By the kind and the code of the error that nobody caught.
  fileprivate var exitStatus: ExitStatus {
    guard case .table(let error) = value, error.kind == .error,
      case .string(let name) = error["kind"], let kind = SSOError.Kind(rawValue: name)
    else { return .scriptFailed }
    let code = error["code"]
    return switch kind {
    case .service: .serviceRefused
    case .parse: .network
    case .permission: .notPermitted
    case .cancelled: .scriptFailed
    case .limit: code == .string(TransportError.Code.tooLarge.rawValue) ? .network : .scriptFailed
    case .transport: Self.transportStatus(code)
    case .validation: Self.validationStatus(code)
    }
  }

  private static func transportStatus(_ code: LuaValue) -> ExitStatus {
    switch code {
    case .string(SSOError.Code.door.rawValue): .scriptFailed
    // Nothing was sent: a CA file that is not there, a URL that is none (T06).
    case .string(TransportError.Code.invalidRequest.rawValue): .configuration
    default: .network
    }
  }

  private static func validationStatus(_ code: LuaValue) -> ExitStatus {
    switch code {
    case .string(SSOError.Code.usage.rawValue): .usage
    case .string(SSOError.Code.invalidConfiguration.rawValue),
      .string(SSOError.Code.invalidRegion.rawValue), .string(SSOError.Code.noCredentials.rawValue):
      .configuration
    default: .scriptFailed
    }
  }
}
