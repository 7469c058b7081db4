//  Metadata.swift - what the service can do, as RFC 8414 writes it (R8628-25).

internal import StrictJSON

extension ServiceConfiguration {
  /// The metadata document, members spelled as AWS would; the dialect turns them.
  var metadata: JSONObject {
    [
      "issuer": .string(origin), "authorizationEndpoint": .string(origin + "/authorize"),
      "tokenEndpoint": .string(origin + "/token"),
      "deviceAuthorizationEndpoint": .string(origin + "/device_authorization"),
      "registrationEndpoint": .string(origin + "/client/register"),
      "responseTypesSupported": ["code"],
      "grantTypesSupported": .array(GrantType.registrable.map { .string($0.rawValue) }),
      "codeChallengeMethodsSupported": ["S256"],
      "tokenEndpointAuthMethodsSupported": ["none", "client_secret_basic", "client_secret_post"],
    ]
  }
}
