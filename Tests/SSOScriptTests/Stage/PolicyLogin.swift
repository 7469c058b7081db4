//  PolicyLogin.swift - a login that policies judge.

import SSOScript

/// A login by hand, and credentials for it, in a world with policies.
enum Login {
  static let service: Wire.Service = { request, number in
    switch request.path {
    case "/client/register": .registered
    case "/device_authorization": .started
    case "/token": .token
    case "/federation/credentials":
      .json(
        #"{"roleCredentials":{"accessKeyId":"AKIA1","secretAccessKey":"secret-key-1","#
          + #""sessionToken":"session-token-1","expiration":1999999999000}}"#)
    default: .error("ResourceNotFoundException", 404)
    }
  }

  static let script = """
    local client = sso.client { region = "eu-west-1" }
    local reg = client:register_client { clientName = "laptop", clientType = "public" }
    local auth = client:start_device_authorization { clientId = reg.clientId,
      clientSecret = reg.clientSecret, startUrl = "https://example.awsapps.com/start" }
    local token = client:create_token { clientId = reg.clientId, clientSecret = reg.clientSecret,
      grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
    local portal = sso.portal.client { region = "eu-west-1" }
    local keys = portal:get_role_credentials { accountId = "123456789012", roleName = "ReadOnly",
      accessToken = token.accessToken }.roleCredentials
    print(token.expiresIn, keys.expiration)
    """

  static let authorize = """
    sso.client { region = "eu-west-1" }:start_device_authorization { clientId = "c",
      clientSecret = "s", startUrl = "https://example.awsapps.com/start" }
    """

  /// A stage with these policies, each with its level.
  static func stage(_ policies: (PolicyLevel, String)...) throws -> Stage {
    var stage = try Stage(answering: service)
    stage.options.policies = policies.map { level, text in
      PolicySource(path: "/\(level.rawValue)/policy.lua", text: Array(text.utf8), level: level)
    }
    return stage
  }
}

extension String {
  /// This policy with the API at hand; lines keep their numbers.
  var requiringSSO: String { "local sso = require 'sso' " + self }
}
