//  Control+Behaviour.swift - the control API's faults and scripts.

internal import IdentityService
internal import StrictJSON

extension Control {
  /// Takes `{"operation": "CreateToken", "calls": [2, 3], "fault": "N08", "phase": "after"}`.
  ///
  /// Calls are counted from now, all of them when none is named. `{"clear": true}` forgets those
  /// that were planned, but a script's own; chance goes on.
  func planFault(_ body: [UInt8]) -> ControlReply {
    guard let members = members(of: body) else {
      return .refusal(
        400, "invalid_request", "Send {\"operation\": \"CreateToken\", \"fault\": \"N08\"}")
    }
    do throws(BehaviourError) {
      if let clear = members["clear"] {
        guard clear == true, members.keys == ["clear"] else {
          throw BehaviourError("clear is true, and stands alone")
        }
        host.behaviours.plan { $0.clear() }
        return ControlReply(status: 200, json: ["faults": 0])
      }
      let rule = try FaultRule(members)
      host.behaviours.plan { $0.add(rule) }
      return ControlReply(
        status: 200,
        json: [
          "operation": .string(rule.operation?.rawValue ?? "*"),
          "fault": .string(rule.due.fault.id), "phase": .string(rule.due.phase.rawValue),
          "summary": .string(rule.due.fault.summary),
        ])
    } catch {
      return .refusal(400, "invalid_fault", error.description)
    }
  }

  /// Takes `{"rate": 0.2, "seed": 7}`: from now on chance draws faults, from the seed's beginning.
  ///
  /// A rate of 0 ends it; the seed is the server's unless told.
  func setChaos(_ body: [UInt8]) -> ControlReply {
    let members = members(of: body) ?? [:]
    let seed = members["seed"].map { $0.asInteger.flatMap { UInt64(exactly: $0) } }
    guard let rate = members["rate"]?.asNumber, (0...1).contains(rate),
      let seed = seed ?? host.behaviours.seed,
      members.keys.allSatisfy({ ["rate", "seed"].contains($0) })
    else {
      return .refusal(
        400, "invalid_request",
        "Send {\"rate\": 0.2, \"seed\": 7}, the rate from 0 to 1, the seed from 0 to 2^63 - 1")
    }
    host.behaviours.plan {
      $0.setChaos(rate > 0 ? Chaos(seed: seed, rate: rate) : nil)
    }
    return ControlReply(status: 200, json: ["rate": .number(rate), "seed": .literal("\(seed)")])
  }

  #if Server
    /// The body is a script: it takes the place of the one before, unless it is wrong.
    func script(_ request: ControlRequest) async -> ControlReply {
      if let refusal = refusal(of: request) { return refusal }
      guard request.method == "POST" else { return methodNotAllowed("POST") }
      guard let load = host.behaviours.loader else {
        return .refusal(501, "no_scripts", "This server has no interpreter")
      }
      do throws(BehaviourError) {
        let isInForce = try await host.behaviours.replace { () throws(BehaviourError) in
          try await load(request.body, "script.lua", host)
        }
        guard isInForce else {
          return .refusal(
            409, "script_replaced", "A script that was sent later is in force; this one has ended")
        }
        return ControlReply(status: 200, json: ["status": "running"])
      } catch {
        return .refusal(400, "invalid_script", error.description)
      }
    }
  #endif
}

extension FaultRule {
  /// Reads the members of a request.
  fileprivate init(_ members: JSONObject) throws(BehaviourError) {
    let known = ["operation", "calls", "fault", "phase"]
    if let name = members.keys.first(where: { !known.contains($0) }) {
      throw BehaviourError(
        "unknown member \"\(name.prefix(60))\": the members are \(known.joined(separator: ", "))")
    }
    guard let operation = members["operation"]?.asString, let id = members["fault"]?.asString
    else { throw BehaviourError("operation and fault are required, both strings") }
    let phase = try members["phase"].map { value throws(BehaviourError) in
      try Fault.Phase(named: value.asString ?? value.kind)
    }
    let target = try Self.operation(operation)
    self.init(
      target, try Calls(members["calls"]), try DueFault(try Fault.named(id, for: target), phase))
  }
}

extension FaultRule.Calls {
  fileprivate init(_ value: JSON?) throws(BehaviourError) {
    switch value {
    case nil, .string("*"): self = .every
    case .integer(let number) where number > 0: self = .some([Int(number)])
    case .array(let items) where items.allSatisfy({ ($0.asInteger ?? 0) > 0 }) && !items.isEmpty:
      self = .some(Set(items.compactMap { $0.asInteger.map { Int($0) } }))
    default: throw BehaviourError("calls is a list of numbers from 1, such as [2, 3], or \"*\"")
    }
  }
}
