//  PlannedRefusal.swift - errors on demand: those that no client can earn, and all others.
//
//  Knows: which errors the AWS models give an operation, and how often one was asked for.
//  Does not know: who asks (the control API). Nothing here is state: a restart forgets it.

/// An error that the next requests for an operation are answered with.
struct PlannedRefusal: Sendable, Equatable {
  let error: ServiceError
  var times: Int
}

extension IdentityService {
  /// Refuses the next requests for an operation, before any rule looks at them.
  ///
  /// - Parameters:
  ///   - times: How many requests; zero takes back what was asked before.
  ///   - operation: Which.
  ///   - shape: AWS's name of the exception, such as `InternalServerException`.
  /// - Returns: Whether the operation can answer with that exception.
  public mutating func refuse(next times: Int, _ operation: Operation, with shape: String) -> Bool {
    guard let error = ServiceError.modelled(operation).first(where: { $0.shape == shape }) else {
      return false
    }
    plannedRefusals[operation] = times > 0 ? PlannedRefusal(error: error, times: times) : nil
    return true
  }

  /// Throws what was asked for, if something was.
  mutating func throwPlannedRefusal(of operation: Operation) throws(ServiceError) {
    guard !plannedRefusals.isEmpty, var refusal = plannedRefusals[operation] else { return }
    refusal.times -= 1
    plannedRefusals[operation] = refusal.times > 0 ? refusal : nil
    throw refusal.error
  }
}

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

  private static let asked = "The control API asked for this error"
}
