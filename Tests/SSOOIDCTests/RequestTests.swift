//  RequestTests.swift - what goes over the wire.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `A request` {
  @Test func `of the OIDC service is JSON with the members in the caller's order`() async throws {
    let request = try await sent(
      .startDeviceAuthorization,
      ["startUrl": "https://é/ü", "clientId": "i", "clientSecret": "s"])

    #expect(request.method == "POST")
    #expect(request.url == "http://127.0.0.1:8087/device_authorization")
    #expect(
      String(decoding: request.body, as: UTF8.self)
        == #"{"startUrl":"https://é/ü","clientId":"i","clientSecret":"s"}"#)
    #expect(request.headers["Content-Type"] == "application/json")
    #expect(request.headers["Authorization"] == nil)
  }

  @Test func `of the portal has a query, the token in its header, and no body`() async throws {
    let request = try await sent(
      .getRoleCredentials,
      ["roleName": "a b+c/d=e&f-_.~", "accountId": "é", "accessToken": "tok"])

    #expect(request.method == "GET")
    #expect(
      request.url == "http://127.0.0.1:8087/federation/credentials"
        + "?role_name=a%20b%2Bc%2Fd%3De%26f-_.~&account_id=%C3%A9")
    #expect(request.body.isEmpty)
    #expect(request.headers["x-amz-sso_bearer_token"] == "tok")
    #expect(request.headers["Content-Type"] == nil)
  }

  @Test func `lists by the names of the wire, in the caller's order`() async throws {
    let request = try await sent(
      .listAccountRoles,
      ["maxResults": 7, "accessToken": "t", "accountId": "1", "nextToken": "n"])

    #expect(
      request.url == "http://127.0.0.1:8087/assignment/roles?max_result=7&account_id=1&next_token=n"
    )
  }

  @Test func `of Logout is an empty POST`() async throws {
    let request = try await sent(.logout, ["accessToken": "t"])

    #expect(request.method == "POST")
    #expect(request.url == "http://127.0.0.1:8087/logout")
    #expect(request.body.isEmpty)
    #expect(request.headers["Content-Type"] == nil)
  }

  @Test func `tells client, attempt and a fresh id`() async throws {
    let transport = Replying([.answer(500, ""), .answer(200, #"{"accessToken":"a"}"#)])
    let client = try client(transport) { $0.applicationID = "my app" }

    _ = try await client.call(.createToken, devicePoll)
    _ = try await client.call(.createToken, devicePoll)

    let headers = transport.requests.map(\.headers)
    #expect(
      headers.map { $0["amz-sdk-request"] }
        == ["attempt=1; max=3", "attempt=2; max=3", "attempt=1; max=3"])
    let ids = headers.map { $0["amz-sdk-invocation-id"] ?? "" }
    #expect(ids[0] == ids[1])
    #expect(ids[1] != ids[2])
    let form = /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/
    #expect(ids.allSatisfy { $0.wholeMatch(of: form) != nil })
    let agent = try #require(headers[0]["User-Agent"])
    #expect(
      agent.wholeMatch(
        of:
          /ssoscript\/\S+ ua\/2\.1 os\/\w+ lang\/swift m\/E,N cfg\/retry-mode#standard app\/my-app/)
        != nil)
  }

  @Test func `has another id in another client, and the same under the same seed`() {
    let first = InvocationIDs(seed: [1, 2, 3, 4, 5, 6, 7, 8])
    let again = InvocationIDs(seed: [1, 2, 3, 4, 5, 6, 7, 8])
    let other = InvocationIDs(seed: [1, 2, 3, 4, 5, 6, 7, 9])

    let id = first.next()

    #expect(again.next() == id)
    #expect(other.next() != id)
    #expect((0..<1000).allSatisfy { _ in (0..<1).contains(first.fraction()) })
  }

  private func sent(
    _ operation: SSOOIDC.Operation, _ input: JSONObject
  ) async throws -> HTTPRequest {
    let transport = Replying(status: 200, body: "{}")
    _ = try? await client(transport, operation.service).call(operation, input)
    return try #require(transport.requests.first)
  }
}
