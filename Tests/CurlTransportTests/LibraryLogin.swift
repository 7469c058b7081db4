//  LibraryLogin.swift - the first example of docs/library.md, letter by letter.

import CurlTransport
import EventLoop
import SSOOIDC

func login<Clock: WorldClock, Randomness: WorldRandomness>(
  clock: Clock, randomness: Randomness, environment: [String: String]
) async throws -> CreateTokenResponse {
  let loop = try EventLoop()
  try EventLoop.runOnThread(name: "network") { loop.run() }
  defer { loop.stop() }
  let client = SSOOIDCClient(
    ClientConfiguration(endpoint: try Endpoint.resolve(.oidc, region: "us-east-1")),
    transport: CurlTransport(loop: loop) { environment[$0] }, clock: clock,
    randomness: randomness)
  let registration = try await client.registerClient(
    RegisterClientRequest(clientName: "laptop", scopes: ["sso:account:access"]))
  let authorization = try await client.startDeviceAuthorization(
    StartDeviceAuthorizationRequest(
      registration, startURL: "https://example.awsapps.com/start"))
  print("Open \(authorization.verificationURI) and enter \(authorization.userCode)")
  return try await client.pollForToken(registration, authorization)
}
