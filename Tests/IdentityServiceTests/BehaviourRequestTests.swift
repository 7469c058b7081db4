//  BehaviourRequestTests.swift - what a behaviour sees of a request: no more than the rules do.

import IdentityService
import StrictJSON
import Testing

@Suite struct `The members that a behaviour sees` {
  private func members(
    _ body: String, _ profile: Profile, path: String = "/token", query: String = "",
    type: String? = nil
  ) throws -> JSONObject {
    try #require(
      BehaviourRequest(
        ServiceRequest(method: "POST", path: path, query: query, body: Array(body.utf8)),
        headers: type.map { [HeaderField("content-TYPE", $0)] } ?? [], profile: profile,
        at: ServiceTime(sinceEpoch: .seconds(1_767_225_600)))
    ).members
  }

  private static let form = "application/x-www-form-urlencoded"

  @Test func `are those of JSON to AWS, of a form by the RFCs, and of the portal's queries`() throws
  {
    let json = #"{"grantType":"a","client_id":"b"}"#
    #expect(try members(json, .aws) == ["grantType": "a", "client_id": "b"])
    #expect(try members("grant_type=a&client_id=", .rfc) == ["client_id": "", "grant_type": "a"])
    for parameter in ["; charset=utf-8", " ; charset=UTF-8", "\t;charset=UTF-8", " "] {
      #expect(try members("a=b", .rfc, type: Self.form + parameter) == ["a": "b"])
    }
    #expect(try members(#"{"a":"b"}"#, .rfc, path: "/client/register") == ["a": "b"])
    for profile in [Profile.aws, .rfc] {
      #expect(
        try members("", profile, path: "/assignment/roles", query: "account_id=1")
          == ["account_id": "1"])
      #expect(
        try members(#"{"a":"b"}"#, profile, path: "/assignment/roles", query: "account_id=1")
          == ["account_id": "1"])
    }
  }

  @Test(arguments: [Profile.aws, .rfc])
  func `are none where the rules ask for a body and there is a query alone`(
    profile: Profile
  ) throws {
    let query = "grantType=refresh_token&grant_type=refresh_token"
    #expect(try members("", profile, query: query) == [:])
    #expect(try members("", profile, path: "/client/register", query: query) == [:])
  }

  @Test(arguments: [#"{"a":"#, "a=b", "[]", "7", #"{"a":1,"a":2}"#])
  func `are none where AWS reads no JSON object`(body: String) throws {
    #expect(try members(body, .aws) == [:])
    #expect(try members(body, .rfc, path: "/client/register") == [:])
  }

  @Test(arguments: ["a=b&a=c", "a=%", "a b"])
  func `are none where no form, or no query, can be read`(text: String) throws {
    #expect(try members(text, .rfc) == [:])
    #expect(try members("", .aws, path: "/assignment/accounts", query: text) == [:])
  }

  @Test func `are none where the rules ask for a form and something else came`() throws {
    #expect(try members(#"{"a":"b"}"#, .rfc, type: "application/json") == [:])
    #expect(try members("a=b", .rfc, type: Self.form + " x") == [:])
  }
}
