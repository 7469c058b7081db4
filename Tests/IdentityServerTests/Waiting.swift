//  Waiting.swift - a program that waits at a real server for its code to be entered.

#if Server
  import IdentityServer
  import IdentityService
  import StrictJSON

  struct Waiting: Sendable {
    let server: TestServer
    let userCode: String
    let clientID: String
    private let members: JSONObject

    init(at server: TestServer, clientName: String = "laptop") async throws {
      self.server = server
      let client = try await server.post(
        "/client/register",
        [
          "clientName": .string(clientName), "clientType": "public",
          "scopes": ["sso:account:access"], "redirectUris": ["http://127.0.0.1/oauth/callback"],
          "grantTypes": [
            "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code",
          ], "issuerUrl": .string(server.announcement.startURL),
        ])
      let credentials: JSONObject = [
        "clientId": client.json["clientId"] ?? .null,
        "clientSecret": client.json["clientSecret"] ?? .null,
      ]
      var start = credentials
      start["startUrl"] = .string(server.announcement.startURL)
      let flow = try await server.post("/device_authorization", .object(start))
      userCode = flow.json["userCode"]?.asString ?? ""
      clientID = client.json["clientId"]?.asString ?? ""
      var poll = credentials
      poll["grantType"] = "urn:ietf:params:oauth:grant-type:device_code"
      poll["deviceCode"] = flow.json["deviceCode"]
      members = poll
    }

    /// Polls; the word of the refusal, or `token`.
    func poll() async throws -> String {
      try await server.post("/token", .object(members)).json["error"]?.asString ?? "token"
    }
  }
#endif
