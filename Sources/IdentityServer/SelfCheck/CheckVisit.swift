//  CheckVisit.swift - a client and a service in one room, for checks: time is moved by hand.

#if Server
  internal import IdentityService
  internal import StrictJSON

  /// Talks to a service of its own.
  struct CheckVisit {
    private var service: IdentityService
    private var time = ServiceTime(sinceEpoch: .seconds(1_767_225_600))

    init() { service = IdentityService() }

    mutating func wait(_ duration: Duration) { time = time + duration }

    mutating func ask(
      _ path: String, _ members: JSONObject = [:], method: String = "POST", query: String = "",
      headers: RequestHeaders = [:]
    ) -> CheckAnswer {
      let body = (try? JSON.object(members).encoded()) ?? []
      let request = ServiceRequest(
        method: method, path: path, query: query, headers: headers, body: body,
        requester: Requester(address: "127.0.0.1"))
      return CheckAnswer(
        reply: service.handle(request, at: time, randomness: systemRandomBytes).reply)
    }

    mutating func decide(_ flow: CheckAnswer, _ verdict: Verdict) -> DecisionResult {
      service.decide(userCode: flow.text("userCode"), verdict, at: time).reply
    }

    mutating func look(_ typed: String) -> LookUp {
      service.lookUp(typed, by: Visitor(session: "s", address: "127.0.0.1"), at: time).reply
    }

    mutating func authorize(_ query: String, _ decision: Decision?) -> AuthorizationAnswer {
      service.authorize(
        AuthorizationQuery(query, decision: decision), at: time, randomness: systemRandomBytes
      ).reply.answer
    }

    /// A registered client's credentials.
    mutating func register(_ more: JSONObject = [:]) -> JSONObject {
      var members: JSONObject = [
        "clientName": "self-check", "clientType": "public", "scopes": ["sso:account:access"],
      ]
      for (name, value) in more { members[name] = value }
      let answer = ask("/client/register", members)
      return ["clientId": answer[json: "clientId"], "clientSecret": answer[json: "clientSecret"]]
    }

    mutating func start(_ client: JSONObject) -> CheckAnswer {
      ask("/device_authorization", client.with(["startUrl": "https://example.awsapps.com/start"]))
    }

    mutating func poll(_ client: JSONObject, _ flow: CheckAnswer) -> CheckAnswer {
      ask(
        "/token",
        client.with([
          "grantType": .string(GrantType.deviceCode.rawValue),
          "deviceCode": flow[json: "deviceCode"],
        ]))
    }

    mutating func refresh(_ client: JSONObject, _ tokens: CheckAnswer) -> CheckAnswer {
      ask(
        "/token",
        client.with([
          "grantType": "refresh_token", "refreshToken": tokens[json: "refreshToken"],
        ]))
    }

    /// A whole sign-in.
    mutating func signIn() -> (client: JSONObject, tokens: CheckAnswer) {
      let client = register()
      let flow = start(client)
      _ = decide(flow, .approve)
      return (client, poll(client, flow))
    }
  }

  /// A reply, taken apart.
  struct CheckAnswer {
    let reply: ServiceReply
    private var json: JSONObject { (try? JSON.parse(reply.body))?.asObject ?? [:] }

    subscript(json name: String) -> JSON { json[name] ?? .null }
    func text(_ name: String) -> String { json[name]?.asString ?? "" }
    func header(_ name: ServiceHeader.Name) -> String? {
      reply.headers.first { $0.name == name }?.value
    }

    /// Status and OAuth word, as in `400 slow_down`; `200` for a success.
    var verdict: String {
      let word =
        json["error"]?.asString
        ?? json["__type"]?.asString?.split(separator: "#").last.map(String.init)
      return "\(reply.status)" + (word.map { " \($0)" } ?? "")
    }

    /// Fails the check unless the answer was this.
    func expect(_ expected: String) throws(CheckFailure) {
      try require(verdict == expected, "\(verdict) in place of \(expected)")
    }
  }

  /// Fails the check unless a condition holds.
  func require(_ condition: Bool, _ failure: @autoclosure () -> String) throws(CheckFailure) {
    guard condition else { throw CheckFailure(description: failure()) }
  }

  extension JSONObject {
    fileprivate func with(_ more: JSONObject) -> JSONObject {
      var all = self
      for (name, value) in more { all[name] = value }
      return all
    }
  }
#endif
