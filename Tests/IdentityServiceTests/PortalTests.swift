//  PortalTests.swift - accounts, roles, credentials and logout.

import StrictJSON
import Testing

@testable import IdentityService

extension Conversation {
  mutating func portal(
    _ path: String, _ token: String?, query: String = "", method: String = "GET"
  ) -> Answer {
    let headers: RequestHeaders = token.map { ["x-amz-sso_bearer_token": $0] } ?? [:]
    return send(path, raw: "", method: method, query: query, headers: headers)
  }
}

@Suite struct `The portal` {
  @Test func `AWS-09 lists the accounts and roles that the person holds`() {
    var talk = Conversation()
    let token = talk.signIn().token.text("accessToken")

    let accounts = talk.portal("/assignment/accounts", token)
    let roles = talk.portal("/assignment/roles", token, query: "account_id=111122223333")

    #expect(accounts.json.keys == ["accountList", "nextToken"])
    #expect(accounts.json["accountList"]?.asArray?.count == 3)
    #expect(accounts.json["nextToken"] == .null)
    #expect(
      roles.json["roleList"]
        == [
          ["accountId": "111122223333", "roleName": "AdministratorAccess"],
          ["accountId": "111122223333", "roleName": "ReadOnlyAccess"],
        ])
  }

  @Test func `AWS-09 S42 gives credentials in milliseconds, marked as fake`() {
    var talk = Conversation()
    let token = talk.signIn().token.text("accessToken")

    let answer = talk.portal(
      "/federation/credentials", token, query: "role_name=ReadOnlyAccess&account_id=111122223333")
    let credentials = answer.json["roleCredentials"]?.asObject ?? [:]

    #expect(credentials["expiration"] == .integer((talk.time.seconds + 3600) * 1000))
    let key = credentials["accessKeyId"]?.asString ?? ""
    #expect(key.hasPrefix("ASIAFAKE") && key.utf8.count == 20)
    #expect(credentials["secretAccessKey"]?.asString?.utf8.count == 40)
    #expect(credentials["sessionToken"]?.asString?.hasPrefix("fake-ssoscript-session-") == true)
  }

  @Test func `AWS-09 lists come in pages`() {
    var talk = Conversation()
    let token = talk.signIn().token.text("accessToken")
    var ids: [String] = []
    var next = ""
    repeat {
      let page = talk.portal(
        "/assignment/accounts", token, query: "max_result=2" + next)
      ids += (page.json["accountList"]?.asArray ?? []).compactMap {
        $0.asObject?["accountId"]?.asString
      }
      next = page.json["nextToken"]?.asString.map { "&next_token=" + $0 } ?? ""
    } while !next.isEmpty

    #expect(ids == ["111122223333", "444455556666", "777788889999"])
  }

  @Test(arguments: [
    ("/assignment/accounts", "max_result=0", 400, "InvalidRequestException"),
    ("/assignment/accounts", "max_result=101", 400, "InvalidRequestException"),
    ("/assignment/accounts", "next_token=abc", 400, "InvalidRequestException"),
    ("/assignment/accounts", "access_token=x", 400, "InvalidRequestException"),
    ("/assignment/roles", "", 400, "InvalidRequestException"),
    ("/assignment/roles", "account_id=1", 400, "InvalidRequestException"),
    ("/assignment/roles", "account_id=1&account_id=2", 400, "InvalidRequestException"),
    ("/assignment/roles", "account_id=999999999999", 404, "ResourceNotFoundException"),
    ("/federation/credentials", "account_id=111122223333", 400, "InvalidRequestException"),
    (
      "/federation/credentials", "role_name=Nope&account_id=111122223333", 403,
      "ForbiddenException"
    ),
  ])
  func `AWS-09 R6750-04 refuses in its own words`(
    path: String, query: String, status: Int, shape: String
  ) {
    var talk = Conversation()
    let token = talk.signIn().token.text("accessToken")

    let answer = talk.portal(path, token, query: query)

    #expect(answer.status == status)
    #expect(answer.text("__type") == "com.amazonaws.switchboard.portal#" + shape)
  }

  @Test(arguments: [
    ("access_token=x", true), ("accessToken=x", true), ("X-Amz-SSO_Bearer_Token=x", true),
    ("access_token=x&access_token=y", true), ("access%5Ftoken", true), ("refresh_token=x", false),
    ("max_result=2", false),
  ])
  func `R6750-04 a token in a query is refused and noted`(query: String, isRefused: Bool) {
    var talk = Conversation()
    let token = talk.signIn().token.text("accessToken")

    let answer = talk.portal("/assignment/accounts", token, query: query)

    #expect(answer.status == (isRefused ? 400 : 200))
    #expect(answer.reply.facts.audit == (isRefused ? .tokenInURL : nil))
  }

  @Test(
    arguments: [
      "access_token", "accessToken", "refresh_token", "refreshToken", "x-amz-sso_bearer_token",
    ], ["", "aws_iam=t&", "%zz&"])
  func `R6750-04 neither may a query of the token endpoint hold one`(name: String, others: String) {
    var talk = Conversation()

    let answer = talk.send("/token", raw: "{}", query: "\(others)\(name)=x")

    #expect(answer.status == 400 && answer.reply.facts.audit == .tokenInURL)
    #expect(answer.text("error_description") == "A token does not belong into a URL")
  }

  @Test(arguments: [nil, "", "nonsense"] as [String?])
  func `R6750-01 needs a token`(token: String?) {
    var talk = Conversation()

    let answer = talk.portal("/assignment/accounts", token)

    #expect(answer.status == 401)
    #expect(
      String(decoding: answer.reply.body, as: UTF8.self)
        == #"{"message":"Session token not found or invalid","#
        + #""__type":"com.amazonaws.switchboard.portal#UnauthorizedException"}"#)
  }

  @Test(arguments: [("aws", "ForbiddenException"), ("rfc", "insufficient_scope")])
  func `R6750-03 a token without the portal's scope is not enough`(profile: String, word: String) {
    var talk = Conversation { $0.approval = .after(.zero) }
    let client = talk.register(scopes: ["codewhisperer:completions"])
    let token = talk.poll(client, talk.start(client)).text("accessToken")
    talk.service.configuration.profile = profile == "aws" ? .aws : .rfc

    for path in ["/assignment/accounts", "/assignment/roles", "/federation/credentials"] {
      let answer = talk.send(
        path, raw: "", method: "GET", query: "account_id=111122223333&role_name=ReadOnlyAccess",
        headers: ["x-amz-sso_bearer_token": token, "Authorization": "Bearer \(token)"])

      #expect(answer.status == 403)
      #expect(answer.text("__type").hasSuffix("#" + word) || answer.error == word)
      let challenge = answer.header(.authenticate) ?? ""
      #expect(challenge.contains("error=\"insufficient_scope\"") == (profile == "rfc"))
    }
  }

  @Test func `AWS-09 a page's token is good for its own list and no other`() {
    var talk = Conversation()
    let token = talk.signIn().token.text("accessToken")
    let page = talk.portal("/assignment/accounts", token, query: "max_result=1")
    let next = "next_token=" + page.text("nextToken")

    #expect(talk.portal("/assignment/accounts", token, query: next).status == 200)
    let query = "account_id=111122223333&" + next
    #expect(talk.portal("/assignment/roles", token, query: query).status == 400)
  }

  @Test(arguments: [1000, Int.max])
  func `AWS-09 a page's token is none behind the end of its list`(start: Int) {
    var talk = Conversation()
    let token = talk.signIn().token.text("accessToken")
    let sum = String(crc32("\(start) accounts"), radix: 16)
    let next = base64URL(Array("\(start) \(sum)".utf8))

    let answer = talk.portal("/assignment/accounts", token, query: "next_token=\(next)")

    #expect(answer.status == 400)
  }

  @Test func `R6750-01 a token ends with its lifetime, and with logout`() {
    var talk = Conversation()
    let (client, token) = talk.signIn()
    let text = token.text("accessToken")
    let other = talk.signIn().token.text("accessToken")

    let logout = talk.portal("/logout", text, method: "POST")

    #expect(logout.status == 200 && logout.reply.body.isEmpty)
    #expect(logout.header(.contentType) == nil)
    #expect(talk.portal("/assignment/accounts", text).status == 401)
    #expect(talk.refresh(client, token.text("refreshToken")).error == "invalid_grant")
    #expect(talk.portal("/assignment/accounts", other).status == 200)
    talk.wait(.seconds(3600))
    #expect(talk.portal("/assignment/accounts", other).status == 401)
  }

  @Test func `AWS-09 throttles when it is told to`() {
    var talk = Conversation { $0.limits.portalRequests = 2 }
    let token = talk.signIn().token.text("accessToken")

    let answers = (0..<3).map { _ in talk.portal("/assignment/accounts", token).status }
    talk.wait(.seconds(1))

    #expect(answers == [200, 200, 429])
    #expect(talk.portal("/assignment/accounts", token).status == 200)
  }

  @Test func `AWS-09 another method is not allowed`() {
    var talk = Conversation()

    let answer = talk.portal("/assignment/accounts", "x", method: "POST")

    #expect(answer.status == 405 && answer.header(.allow) == "GET")
  }
}
