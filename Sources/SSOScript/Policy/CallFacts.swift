//  CallFacts.swift - what policies are told about a call, and what they leave of its answer.
//
//  Does not know: which policies there are, in what order they speak.

import LuaEngine
import SSOOIDC
import StrictJSON

/// What the lists of `allow` are about, found in a call.
struct CallFacts {
  var region: String?
  var startURL: String?
  var flow: String?
  var account: String?
  var role: String?

  init(_ call: GuardedCall, _ input: JSONObject) {
    region = call.region
    startURL = input["startUrl"]?.asString ?? input["issuerUrl"]?.asString
    account = input["accountId"]?.asString
    role = input["roleName"]?.asString
    switch call.operation.name {
    case "StartDeviceAuthorization": flow = SignInFlow.device.rawValue
    case "CreateToken", "CreateTokenWithIAM":
      flow = input["grantType"]?.asString.flatMap(Self.flow)
    case "RegisterClient":
      let grants = input["grantTypes"]?.asArray?.compactMap(\.asString) ?? []
      flow = grants.contains("authorization_code") ? SignInFlow.authorizationCode.rawValue : nil
    default: break
    }
  }

  /// A renewal is no flow: it follows one that was allowed.
  private static func flow(_ grant: String) -> String? {
    switch grant {
    case "refresh_token": nil
    case "authorization_code": SignInFlow.authorizationCode.rawValue
    case "urn:ietf:params:oauth:grant-type:device_code": SignInFlow.device.rawValue
    case "urn:ietf:params:oauth:grant-type:jwt-bearer": "jwt_bearer"
    case "urn:ietf:params:oauth:grant-type:token-exchange": "token_exchange"
    default: grant
    }
  }
}

extension GuardedCall {
  /// Where it goes in truth: a host of AWS's says more than the region that a client was given.
  var region: String? { HostPattern.awsRegion(of: endpoint.host) ?? endpoint.region }

  /// What a hook is told beside the members.
  var context: LuaTable {
    LuaTable([
      "operation": .string(operation.name), "region": region.lua,
      "host": .string(endpoint.host), "flow": CallFacts(self, input).flow.lua,
    ])
  }
}

extension PolicyHook {
  init?(before operation: Operation) {
    switch operation.name {
    case "RegisterClient": self = .beforeRegister
    case "StartDeviceAuthorization": self = .beforeAuthorize
    case "CreateToken", "CreateTokenWithIAM": self = .beforeToken
    case "GetRoleCredentials": self = .beforeCredentials
    default: return nil
    }
  }

  init?(after operation: Operation) {
    switch operation.name {
    case "RegisterClient": self = .afterRegister
    case "StartDeviceAuthorization": self = .onVerification
    case "CreateToken", "CreateTokenWithIAM": self = .onToken
    default: return nil
    }
  }
}

extension PolicyLevel {
  /// What a policy of this level gets to see: one that came with a folder sees no secrets.
  func view(of object: JSONObject, _ declared: [Member]) -> JSONObject {
    guard self == .project else { return object }
    let secrets = Set(declared.filter(\.isSecret).map(\.name))
    return JSONObject(object.filter { !secrets.contains($0.0) })
  }
}

/// What required notifications are told: never a secret.
struct PolicyEvent {
  let table: LuaTable

  init?(_ call: GuardedCall, _ output: JSONObject) {
    let name: LuaValue
    switch call.operation.name {
    case "StartDeviceAuthorization": name = "verification"
    case "CreateToken", "CreateTokenWithIAM":
      name = call.input["grantType"]?.asString == "refresh_token" ? "refresh" : "token"
    case "GetRoleCredentials": name = "credentials"
    default: return nil
    }
    func text(_ object: JSONObject, _ member: String) -> LuaValue { (object[member]?.asString).lua }
    table = LuaTable([
      "event": name, "operation": .string(call.operation.name),
      "region": call.region.lua, "flow": CallFacts(call, call.input).flow.lua,
      "startUrl": text(call.input, "startUrl"), "accountId": text(call.input, "accountId"),
      "roleName": text(call.input, "roleName"), "userCode": text(output, "userCode"),
      "verificationUri": text(output, "verificationUri"),
      "expiresIn": output["expiresIn"].map { LuaValue(json: $0) } ?? .nil,
    ])
  }
}

/// What a policy leaves of the life of tokens and credentials.
enum Lifetime {
  static func limit(_ output: JSONObject, to limit: Duration?, now: Timestamp) -> JSONObject {
    guard let seconds = limit?.components.seconds else { return output }
    var output = output
    if case .integer(let life)? = output["expiresIn"], output["accessToken"] != nil {
      output["expiresIn"] = .integer(min(life, seconds))
    }
    if case .object(var keys)? = output["roleCredentials"],
      case .integer(let end)? = keys["expiration"]
    {
      keys["expiration"] = .integer(min(end, (now.seconds + seconds) * 1000))
      output["roleCredentials"] = .object(keys)
    }
    return output
  }
}
