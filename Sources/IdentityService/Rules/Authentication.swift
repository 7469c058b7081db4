//  Authentication.swift - whether a client is who it says (R8628-15).

extension IdentityService {
  /// The client that sent `body`.
  ///
  /// An unknown id, a wrong secret and an expired one look the same and take the same time (S38),
  /// and all are told before any code is looked at.
  func authenticatedClient(
    _ body: RequestBody, _ facts: inout ExchangeFacts, at time: ServiceTime
  ) throws(ServiceError) -> Client {
    let id = try body.required("clientId")
    let presented = SecretHash(of: try body.required("clientSecret"))
    let client = state.clients[id]
    let matches = presented == client?.secretHash ?? .ofNothing
    guard let client, matches, time < client.secretExpires else { throw .invalidClient }
    facts.clientID = client.id
    return client
  }
}
