//  Control+Refuse.swift - the control API's errors on demand.

internal import IdentityService
internal import StrictJSON

extension Control {
  /// `{"operation": "CreateToken", "error": "InternalServerException", "times": 2}`.
  func refuse(_ body: [UInt8]) -> ControlReply {
    guard let members = members(of: body), let error = members["error"]?.asString,
      let operation = members["operation"]?.asString.flatMap(Operation.init),
      case let times = members["times"].map({ $0.asInteger ?? -1 }) ?? 1,
      (0...1_000_000).contains(times)
    else {
      return .refusal(
        400, "invalid_request",
        "Send {\"operation\": \"CreateToken\", \"error\": \"SlowDownException\", \"times\": 1}")
    }
    guard host.refuse(next: Int(times), operation, with: error) else {
      return .refusal(
        400, "unknown_error", "\(operation.rawValue) has no such error in AWS's model")
    }
    return ControlReply(
      status: 200,
      json: [
        "operation": .string(operation.rawValue), "error": .string(error),
        "times": .integer(times),
      ])
  }
}
