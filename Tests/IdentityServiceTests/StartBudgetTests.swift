//  StartBudgetTests.swift - how much one address may begin.

import IdentityService
import StrictJSON
import Testing

@Suite struct `One address` {
  private static func service(_ limit: Int?, visitors: Int = 10) -> Conversation {
    Conversation {
      $0.limits.startsPerAddress = limit
      $0.limits.visitors = visitors
    }
  }

  @Test func `S32 begins so many sign-ins a minute, and is told to slow down`() {
    var talk = Self.service(3)
    let client = talk.register()
    let flow = talk.start(client)

    let statuses = [talk.start(client), talk.start(client)]
    let registration = talk.send(
      "/client/register", ["clientName": "a", "clientType": "public"])

    #expect(statuses.map(\.status) == [200, 400])
    #expect(statuses[1].shape == "SlowDownException" && statuses[1].error == "slow_down")
    #expect(statuses[1].text("error_description").contains("this address"))
    #expect(registration.shape == "SlowDownException")
    #expect(talk.service.state.clients.count == 1 && talk.service.state.flows.count == 2)
    #expect(talk.poll(client, flow).error == "authorization_pending")
    talk.wait(.seconds(60))
    #expect(talk.start(client).status == 200)
  }

  @Test func `S32 costs no other address anything`() {
    var talk = Self.service(2)
    let client = talk.register()
    _ = talk.start(client)
    #expect(talk.start(client).status == 400)

    talk.address = "203.0.113.8"

    #expect(talk.start(client).status == 200)
  }

  @Test func `S32 with so many others that they are counted together is still limited`() {
    var talk = Self.service(2, visitors: 3)
    let client = talk.register()

    let statuses = (10..<18).map { host in
      talk.address = "203.0.113.\(host)"
      return talk.start(client).status
    }

    #expect(statuses == [200, 200, 200, 200, 400, 400, 400, 400])
  }

  @Test func `S32 is not limited unless that is asked for`() {
    var talk = Self.service(nil)
    let client = talk.register()

    #expect((0..<2000).allSatisfy { _ in talk.start(client).status == 200 })
  }

  @Test(arguments: [
    ("203.0.113.7", "203.0.113.7"), ("", ""), ("::ffff:203.0.113.7", "203.0.113.7"),
    ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:DB8::1", "2001:db8:0:0::/64"),
    ("::1", "0:0:0:0::/64"), ("fe80::1%eth0", "fe80:0:0:0::/64"), ("::", "0:0:0:0::/64"),
    ("2001:db8:1:2::", "2001:db8:1:2::/64"), ("1:2:3:4:5:6:7::", "1:2:3:4::/64"),
    (":::", "0:0:0:0::/64"),
  ])
  func `S13 S32 of IPv6 is a whole network`(address: String, counted: String) {
    #expect(ClientNetwork.counted(address) == counted)
  }

  @Test func `R8628-26 S13 guesses from one IPv6 network are counted together`() {
    var talk = Conversation()
    var looks: [LookUp] = []
    for host in 0...20 {
      looks.append(
        talk.look("BCDF-GHJK", session: "s\(host)", address: "2001:db8::\(host + 1)"))
    }

    #expect(looks.dropLast().allSatisfy { $0 == .unknown })
    #expect(looks.last == .tooManyTries(wait: .seconds(600)))
  }
}
