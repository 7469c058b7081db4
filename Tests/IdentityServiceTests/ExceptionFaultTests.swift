//  ExceptionFaultTests.swift - AWS's exceptions on demand, those too that no client can earn.

import IdentityService
import StrictJSON
import Testing

@Suite struct `An exception on demand` {
  private func answer(_ shape: String, _ operation: Operation) async throws -> BehaviourReply {
    let request = try #require(
      BehaviourRequest(
        ServiceRequest(method: "POST", path: operation.path, body: Array("{}".utf8)), headers: [],
        profile: .aws, at: ServiceTime(sinceEpoch: .seconds(1_767_225_600))))
    return try await DueFault(try Fault.named(shape, for: operation)).treat(request) {
      BehaviourReply(status: 204)
    }
  }

  @Test(arguments: [
    ("AccessDeniedException", 400), ("AuthorizationPendingException", 400),
    ("ExpiredTokenException", 400), ("InternalServerException", 500),
    ("InvalidClientException", 401), ("InvalidClientMetadataException", 400),
    ("InvalidGrantException", 400), ("InvalidRedirectUriException", 400),
    ("InvalidRequestException", 400), ("InvalidRequestRegionException", 400),
    ("InvalidScopeException", 400), ("SlowDownException", 400),
    ("UnauthorizedClientException", 400), ("UnsupportedGrantTypeException", 400),
  ])
  func `AWS-01 AWS-02 AWS-03 has the status of the model, header and members`(
    shape: String, status: Int
  ) async throws {
    for operation in [Operation.registerClient, .startDeviceAuthorization, .createToken] {
      let reply = try await answer(shape, operation)

      let members = try #require(try JSON.parse(reply.body).asObject)
      #expect(reply.status == status && reply.facts.fault == shape)
      #expect(reply[header: "x-amzn-ErrorType"]?.hasPrefix(shape + ":") == true)
      #expect(members["error"]?.asString?.isEmpty == false)
      #expect(members["error_description"]?.asString?.isEmpty == false)
    }
  }

  @Test(arguments: [
    ("InvalidRequestException", 400), ("UnauthorizedException", 401),
    ("ResourceNotFoundException", 404), ("TooManyRequestsException", 429),
    ("ForbiddenException", 403),
  ])
  func `AWS-09 speaks as the portal does at the portal`(shape: String, status: Int) async throws {
    let reply = try await answer(shape, .listAccounts)

    let members = try #require(try JSON.parse(reply.body).asObject)
    #expect(reply.status == status && reply[header: "x-amzn-ErrorType"] == nil)
    #expect(members["__type"] == .string("com.amazonaws.switchboard.portal#" + shape))
    #expect(members["message"]?.asString?.isEmpty == false)
  }

  @Test func `AWS-09 an internal error has the words of the operation's service`() async throws {
    for operation in [Operation.listAccounts, .listAccountRoles, .getRoleCredentials, .logout] {
      let reply = try await answer("H01", operation)

      let members = try #require(try JSON.parse(reply.body).asObject)
      #expect(reply.status == 500 && reply[header: "x-amzn-ErrorType"] == nil)
      #expect(members["__type"] == "com.amazonaws.switchboard.portal#InternalServerException")
      #expect(members["message"] == "Something went wrong, try again")
      #expect(reply.facts.operation == operation && reply.facts.error == "server_error")
    }
    let reply = try await answer("H01", .createToken)
    #expect(try JSON.parse(reply.body).asObject?["error"] == "server_error")
    #expect(reply[header: "x-amzn-ErrorType"]?.hasPrefix("InternalServerException:") == true)
  }

  @Test func `passes operations that do not have it`() async throws {
    let due = try DueFault(try Fault.named("TooManyRequestsException"))
    let request = try #require(
      BehaviourRequest(
        ServiceRequest(method: "POST", path: "/token", body: []), headers: [], profile: .aws,
        at: ServiceTime(sinceEpoch: .zero)))

    let reply = await due.treat(request) { BehaviourReply(status: 204) }

    #expect(reply.status == 204 && reply.facts.fault == nil)
  }

  @Test(arguments: [
    ("CreateToken:TooManyRequestsException", "CreateToken has no exception"),
    ("Metadata:InvalidRequestException", "Metadata has no exception"),
    ("*:NoSuchException", "unknown fault"), ("CreateToken:slowdownexception", "unknown fault"),
  ])
  func `must be of the operation's model`(text: String, message: String) {
    let error = #expect(throws: BehaviourError.self) { try FaultRule(text) }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }
}
