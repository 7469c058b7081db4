//  ModelledErrors.swift - every error that the AWS models name for an operation.
//
//  Knows: those too that no client can earn; who asks for one gets it as a fault (Fault).

extension ServiceError {
  /// Every error that the models name for the service of an operation.
  static func modelled(_ operation: Operation) -> [Self] {
    switch operation {
    case .metadata, .authorize: []
    case .listAccounts, .listAccountRoles, .getRoleCredentials, .logout:
      [.portalInvalid(asked), .sessionUnknown, .portalForbidden, .portalNotFound, .portalThrottled]
    default:
      [
        .accessDenied, .authorizationPending, .expiredToken, .internalError, .invalidClient,
        .invalidClientMetadata(asked), .invalidGrant, .invalidRedirectURI(asked),
        .invalidRequest(asked),
        .otherRegion(endpoint: "https://oidc.eu-west-1.amazonaws.com", region: "eu-west-1"),
        .invalidScope(asked), .slowDown, .unauthorizedClient, .unsupportedGrantType,
      ]
    }
  }

  private static let asked = "This error was asked for"
}
