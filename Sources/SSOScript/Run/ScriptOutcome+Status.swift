//  ScriptOutcome+Status.swift - the exit status that stands for the end of a script. Pure.

import LuaEngine

extension ScriptOutcome {
  /// 0 done, 1 the script failed, 2 wrong usage, 3 configuration, 4 the service refused, 5 network or TLS, 6 not
  /// permitted, 7 a limit; `os.exit` sets its own.
  public var exitStatus: Int32 {
    switch self {
    case .finished: 0
    case .exited(let status): status
    case .failed(let failure): failure.exitStatus
    case .stopped: 7
    }
  }
}

extension LuaFailure {
  /// By the kind of the error that nobody caught.
  fileprivate var exitStatus: Int32 {
    guard case .table(let error) = value, error.kind == .error else { return 1 }
    switch error["kind"] {
    case "service": return 4
    case "transport":
      switch error["code"] {
      case "DoorError": return 1
      // Nothing was sent: a CA file that is not there, a URL that is none (T06).
      case "invalid_request": return 3
      default: return 5
      }
    case "parse": return 5
    case "limit": return error["code"] == "too_large" ? 5 : 1
    case "permission": return 6
    case "validation":
      switch error["code"] {
      case "UsageError": return 2
      case "InvalidConfigError", "InvalidRegionError", "NoCredentialsError": return 3
      default: return 1
      }
    default: return 1
    }
  }
}
