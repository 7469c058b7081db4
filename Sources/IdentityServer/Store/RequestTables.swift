//  RequestTables.swift - the columns of clients, device authorizations and authorization codes.

#if Server
  internal import GRDB
  internal import IdentityService

  extension StateTable {
    static let clients = StateTable("clients", key: "id", columns: 10) { row throws(StoreError) in
      let names = try row.list("grant_types")
      let grants = names.compactMap(GrantType.init(rawValue:))
      guard grants.count == names.count else { throw row.damage("grant_types") }
      let client = Client(
        id: try row.value("id"), kind: try row.word("kind"),
        secretHash: try row.optionalHash("secret_hash"), name: try row.value("name"),
        scopes: try row.list("scopes"), grantTypes: grants,
        redirectURIs: try row.list("redirect_uris"), startURL: try row.optional("start_url"),
        issued: try row.time("issued"), secretExpires: try row.time("secret_expires"))
      return .client(client.id, client)
    }

    static let flows = StateTable("flows", key: "code_hash", columns: 16) {
      row throws(StoreError) in
      guard let userCode = UserCode(typed: try row.value("user_code")) else {
        throw row.damage("user_code")
      }
      var flow = DeviceFlow(
        codeHash: try row.hash("code_hash"), userCode: userCode,
        clientID: try row.value("client_id"), startURL: try row.value("start_url"),
        scopes: try row.list("scopes"),
        requester: Requester(
          address: try row.value("address"), userAgent: try row.value("user_agent")),
        started: try row.time("started"), expires: try row.time("expires"),
        approves: try row.optionalTime("approves"), interval: try row.span("interval"))
      flow.lastPoll = try row.optionalTime("last_poll")
      flow.forgivenPolls = try row.value("forgiven_polls")
      if let decision = try row.optional("decision", String.self) {
        guard let known = Decision(rawValue: decision) else { throw row.damage("decision") }
        flow.decision = known
      }
      flow.person = try row.optional("person")
      flow.isRedeemed = try row.value("is_redeemed")
      return .flow(flow.codeHash, flow)
    }

    static let authorizationCodes = StateTable("authorization_codes", key: "hash", columns: 11) {
      row throws(StoreError) in
      var code = AuthorizationCode(
        hash: try row.hash("hash"), clientID: try row.value("client_id"),
        redirectURI: try row.value("redirect_uri"),
        hasRedirectURI: try row.value("has_redirect_uri"),
        challenge: try row.optional("challenge"), person: try row.value("person"),
        startURL: try row.value("start_url"), scopes: try row.list("scopes"),
        expires: try row.time("expires"))
      code.isSpent = try row.value("is_spent")
      code.familyID = try row.optional("family_id")
      return .authorizationCode(code.hash, code)
    }
  }

  extension Client {
    var columns: StatementArguments {
      [
        id, kind.rawValue, secretHash?.data, name, scopes.stored,
        grantTypes.map(\.rawValue).stored, redirectURIs.stored, startURL, issued.microseconds,
        secretExpires.microseconds,
      ]
    }
  }

  extension DeviceFlow {
    var columns: StatementArguments {
      [
        codeHash.data, userCode.letters, clientID, startURL, scopes.stored, requester.address,
        requester.userAgent, started.microseconds, expires.microseconds, approves?.microseconds,
        interval.wholeMicroseconds, lastPoll?.microseconds, forgivenPolls, decision?.rawValue,
        person, isRedeemed,
      ]
    }
  }

  extension AuthorizationCode {
    var columns: StatementArguments {
      [
        hash.data, clientID, redirectURI, hasRedirectURI, challenge, person, startURL,
        scopes.stored, expires.microseconds, isSpent, familyID,
      ]
    }
  }
#endif
