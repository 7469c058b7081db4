//  PlannedRefusalTests.swift - errors that a test asks for.

import IdentityService
import StrictJSON
import Testing

@Suite struct `An error on demand` {
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
  ) {
    for operation in [Operation.registerClient, .startDeviceAuthorization, .createToken] {
      var talk = Conversation()
      let isKnown = talk.service.refuse(next: 1, operation, with: shape)
      #expect(isKnown)

      let answer = talk.send(operation.path, raw: "{}")

      #expect(answer.status == status && answer.shape == shape)
      #expect(answer.error?.isEmpty == false && !answer.text("error_description").isEmpty)
    }
  }

  @Test(arguments: [
    ("InvalidRequestException", 400), ("UnauthorizedException", 401),
    ("ResourceNotFoundException", 404), ("TooManyRequestsException", 429),
    ("ForbiddenException", 403),
  ])
  func `AWS-09 speaks as the portal does at the portal`(shape: String, status: Int) {
    var talk = Conversation()
    let isKnown = talk.service.refuse(next: 1, .listAccounts, with: shape)
    #expect(isKnown)

    let answer = talk.portal("/assignment/accounts", "x")

    #expect(answer.status == status)
    #expect(answer.text("__type") == "com.amazonaws.switchboard.portal#" + shape)
    #expect(answer.header(.errorType) == nil && !answer.text("message").isEmpty)
  }

  @Test func `comes as often as was asked, to that operation only, and changes nothing`() {
    var talk = Conversation()
    let client = talk.register()
    let flow = talk.start(client)
    let before = talk.service.state
    _ = talk.service.refuse(next: 2, .createToken, with: "SlowDownException")

    #expect(talk.start(client).status == 200)
    let words = (0..<3).map { _ in talk.poll(client, flow).error }

    #expect(words == ["slow_down", "slow_down", "authorization_pending"])
    #expect(before.flows.values.first?.interval == .seconds(1))
    #expect(talk.service.state.flows.values.allSatisfy { $0.interval == .seconds(1) })
  }

  @Test func `can be taken back, and must be of the operation's model`() {
    var talk = Conversation()

    let planned = [
      talk.service.refuse(next: 1, .createToken, with: "TooManyRequestsException"),
      talk.service.refuse(next: 1, .metadata, with: "InvalidRequestException"),
      talk.service.refuse(next: 9, .registerClient, with: "SlowDownException"),
      talk.service.refuse(next: 0, .registerClient, with: "SlowDownException"),
    ]

    #expect(planned == [false, false, true, true])
    #expect(!talk.register().id.isEmpty)
  }
}
