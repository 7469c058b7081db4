//  ProfileTests.swift - the RFC's dialect, and the table of differences.

import IdentityService
import StrictJSON
import Testing

extension Conversation {
  static func rfc() -> Conversation { Conversation { $0.profile = .rfc } }

  mutating func form(_ path: String, _ body: String, headers: RequestHeaders = [:]) -> Answer {
    send(path, raw: body, headers: headers)
  }

  mutating func registerByRFC(_ method: String) -> Registration {
    let answer = send(
      "/client/register",
      [
        "client_name": "laptop", "scope": "a b", "token_endpoint_auth_method": .string(method),
        "redirect_uris": ["http://127.0.0.1/oauth/callback"],
      ])
    return Registration(id: answer.text("client_id"), secret: answer.text("client_secret"))
  }
}

@Suite struct `Profile rfc` {
  @Test func `R8628-14 R6749-14 a public client signs in with forms`() {
    var talk = Conversation.rfc()
    let client = talk.registerByRFC("none")
    let flow = talk.form("/device_authorization", "client_id=\(client.id)&scope=a")
    let poll =
      "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=\(client.id)"
      + "&device_code=\(flow.text("device_code"))"

    let pending = talk.form("/token", poll)
    talk.decide(flow.text("user_code"), .approve)
    let token = talk.form("/token", poll)

    #expect(client.secret.isEmpty)
    #expect(flow.json["expires_in"] == 600 && flow.json["interval"] == 1)
    #expect(pending.error == "authorization_pending" && pending.header(.errorType) == nil)
    #expect(
      token.json.keys == ["access_token", "expires_in", "refresh_token", "scope", "token_type"])
    #expect(token.text("scope") == "a")
  }

  @Test func `R6749-01 R6749-15 a confidential client sends Basic or a form secret`() {
    var talk = Conversation.rfc()
    let client = talk.registerByRFC("client_secret_basic")
    let body = "grant_type=refresh_token&refresh_token=x"
    let right = basic(client.id, client.secret)

    let asked = [
      talk.form("/token", body, headers: ["Authorization": right]),
      talk.form("/token", body + "&client_id=\(client.id)&client_secret=\(client.secret)"),
      talk.form("/token", body + "&client_id=\(client.id)"),
      talk.form("/token", body, headers: ["Authorization": basic(client.id, "x")]),
      talk.form("/token", body + "&client_secret=x", headers: ["Authorization": right]),
      talk.send("/token", raw: body, query: "client_secret=x"),
    ]

    #expect(
      asked.map(\.error) == [
        "invalid_grant", "invalid_grant", "invalid_client", "invalid_client", "invalid_request",
        "invalid_request",
      ])
    #expect(asked[3].status == 401 && asked[3].header(.authenticate)?.hasPrefix("Basic") == true)
  }

  @Test func `S36 R8628-03 R8628-37 bodies are forms, each parameter once`() {
    var talk = Conversation.rfc()
    let json = talk.send("/token", raw: "{}", headers: ["Content-Type": "application/json"])

    #expect(json.error == "invalid_request")
    #expect(talk.form("/token", "grant_type=a&grant_type=b").error == "invalid_request")
  }

  @Test func `R8628-17 forgives no early poll`() {
    var talk = Conversation.rfc()
    let client = talk.registerByRFC("none")
    let flow = talk.form("/device_authorization", "client_id=\(client.id)")
    let poll =
      "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=\(client.id)"
      + "&device_code=\(flow.text("device_code"))"

    #expect(talk.form("/token", poll).error == "authorization_pending")
    #expect(talk.form("/token", poll).error == "slow_down")
  }

  @Test func `R6749-17 a refresh narrows scopes and never widens them`() {
    var talk = Conversation.rfc()
    talk.service.configuration.approval = .after(.zero)
    let client = talk.registerByRFC("none")
    let flow = talk.form("/device_authorization", "client_id=\(client.id)&scope=a%20b")
    let token = talk.form(
      "/token",
      "grant_type=urn:ietf:params:oauth:grant-type:device_code&client_id=\(client.id)"
        + "&device_code=\(flow.text("device_code"))")
    let refresh =
      "grant_type=refresh_token&client_id=\(client.id)"
      + "&refresh_token=\(token.text("refresh_token"))"

    #expect(talk.form("/token", refresh + "&scope=a+c").error == "invalid_scope")
    let narrow = talk.form("/token", refresh + "&scope=a")
    #expect(narrow.text("scope") == "a")
    #expect(talk.form("/token", refresh + "&scope=a").reply.body == narrow.reply.body)
  }

  @Test func `R8628-25 has metadata, and profile aws has none`() {
    var (rfc, aws) = (Conversation.rfc(), Conversation())
    let path = "/.well-known/oauth-authorization-server"

    let answer = rfc.send(path, raw: "", method: "GET")

    #expect(answer.text("issuer") == "http://127.0.0.1:8087")
    #expect(answer.text("device_authorization_endpoint").hasSuffix("/device_authorization"))
    #expect(answer.json["code_challenge_methods_supported"] == ["S256"])
    #expect(aws.send(path, raw: "", method: "GET").status == 404)
    let post = rfc.send(path, raw: "")
    #expect(post.header(.allow) == "GET, HEAD")
    #expect(post.text("error_description") == "Metadata is asked with GET or HEAD")
  }

  @Test(
    arguments: [
      (nil, 401, "Bearer realm=\"sso-portal\""),
      ("Bearer x", 401, "Bearer realm=\"sso-portal\", error=\"invalid_token\""),
      ("Bearer a b", 400, "Bearer realm=\"sso-portal\", error=\"invalid_request\""),
    ] as [(String?, Int, String)])
  func `R6750-02 R6750-03 the portal speaks RFC 6750`(
    authorization: String?, status: Int, challenge: String
  ) {
    var talk = Conversation.rfc()
    let headers: RequestHeaders = authorization.map { ["Authorization": $0] } ?? [:]

    let answer = talk.send("/assignment/accounts", raw: "", method: "GET", headers: headers)

    #expect(answer.status == status)
    #expect(answer.header(.authenticate)?.hasPrefix(challenge) == true)
    #expect((answer.error ?? "").isEmpty == (authorization == nil))
  }
}

@Suite struct `The table of profiles` {
  @Test func `AWS-10 has a row for every difference, and only for differences`() {
    let properties = Mirror(reflecting: Profile.aws).children.compactMap(\.label)

    #expect(Set(Profile.table.map(\.property)).union(["name"]) == Set(properties))
    for row in Profile.table {
      #expect(row.words(for: .aws) != row.words(for: .rfc), "\(row.property)")
      #expect(Profile.explanation.contains(row.subject))
    }
  }
}

@Suite struct `A registration by RFC 7591` {
  @Test func `R8628-25 tells what was registered`() {
    var talk = Conversation.rfc()

    let answer = talk.send(
      "/client/register", ["client_name": "tv", "token_endpoint_auth_method": "none"])

    #expect(answer.status == 201)
    #expect(
      answer.json["grant_types"] == [
        Conversation.deviceGrant, "refresh_token", "authorization_code",
      ])
    #expect(answer.json["response_types"] == ["code"])
    #expect(answer.json["client_secret"] == nil && answer.json["client_name"] == "tv")
    #expect(answer.json["client_secret_expires_at"] == nil)
  }

  @Test(arguments: [
    (#"{"grant_types":["password"]}"#, "invalid_client_metadata"),
    (#"{"scope":"a\"b"}"#, "invalid_client_metadata"),
    (#"{"client_name":7}"#, "invalid_client_metadata"),
    (#"{"token_endpoint_auth_method":"private_key_jwt"}"#, "invalid_client_metadata"),
    (#"{"redirect_uris":["http://127.0.0.1/a#b"]}"#, "invalid_redirect_uri"),
  ])
  func `R8628-22 is refused with the RFC's words only`(body: String, word: String) {
    var talk = Conversation.rfc()

    let answer = talk.send("/client/register", raw: body)

    #expect(answer.status == 400 && answer.error == word)
  }
}

@Suite struct `Authentication by profile rfc` {
  @Test func `R6749-15 every invalid client is told how to authenticate`() {
    var talk = Conversation.rfc()

    let answer = talk.form("/token", "grant_type=refresh_token&client_id=nobody&refresh_token=x")

    #expect(answer.status == 401 && answer.error == "invalid_client")
    #expect(answer.header(.authenticate) == "Basic realm=\"sso-oidc\"")
  }

  @Test func `R8628-02 R6749-01 an id in the body must be that of the header`() {
    var talk = Conversation.rfc()
    let client = talk.registerByRFC("client_secret_basic")
    let headers: RequestHeaders = ["Authorization": basic(client.id, client.secret)]

    let same = talk.form("/device_authorization", "client_id=\(client.id)", headers: headers)
    let none = talk.form("/device_authorization", "scope=a", headers: headers)
    let other = talk.form("/device_authorization", "client_id=other", headers: headers)
    let nobody = talk.form("/device_authorization", "scope=a")

    #expect(same.status == 200 && none.status == 200)
    #expect(other.status == 400 && other.error == "invalid_request")
    #expect(nobody.status == 400 && nobody.error == "invalid_request")
  }
}

/// HTTP Basic with both parts as they are.
func basic(_ id: String, _ secret: String) -> String {
  let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  let bytes = Array("\(id):\(secret)".utf8)
  var text = ""
  for start in stride(from: 0, to: bytes.count, by: 3) {
    let group = bytes[start..<min(start + 3, bytes.count)]
    let word = (0..<3).reduce(0) {
      $0 << 8 | (start + $1 < bytes.count ? Int(bytes[start + $1]) : 0)
    }
    text += String((0...group.count).map { alphabet[word >> (18 - 6 * $0) & 63] })
    text += String(repeating: "=", count: 3 - group.count)
  }
  return "Basic " + text
}
