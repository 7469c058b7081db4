//  SimulatedNetworkTests.swift - what lies between a flow and the service.

import Testing

@testable import SSOScenario

@Suite struct `Two address families` {
  typealias Manner = AddressFamilies.Manner

  /// What libcurl 7.88 does with such addresses, in milliseconds.
  static let cases: [(ipv6: Manner, ipv4: Manner, after: Int64, end: AddressFamilies.End)] = [
    (.accepts, .isSilent, 0, .connected), (.accepts, .refuses, 0, .connected),
    (.refuses, .accepts, 0, .connected), (.refuses, .refuses, 0, .refused),
    (.refuses, .isSilent, 5000, .timedOut), (.isSilent, .accepts, 200, .connected),
    (.isSilent, .refuses, 5000, .timedOut), (.isSilent, .isSilent, 5000, .timedOut),
  ]

  @Test(arguments: cases.indices)
  func `N02 end as libcurl's happy eyeballs do`(index: Int) {
    let (ipv6, ipv4, after, end) = Self.cases[index]
    let result = AddressFamilies(ipv6: ipv6, ipv4: ipv4).connect(within: .seconds(5))
    #expect(result.after == .milliseconds(after))
    #expect(result.end == end)
  }

  @Test func `N02 the second has no time left where the limit is shorter than its turn`() {
    let families = AddressFamilies(ipv6: .isSilent, ipv4: .accepts)
    #expect(families.connect(within: .milliseconds(100)) == (.milliseconds(100), .timedOut))
  }

  @Test func `N02 cost time, and no request`() throws {
    try Playground.login.pass(
      """
      local svc = sim.service { device = { interval = 5 } }
      svc:fault("*", fault "N02")
      svc:person():at("7s"):approves()
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 0)
      assert.elapsed(run, "10.8s")
      assert.equal(4, #run:requests())
      """)
  }

  @Test(arguments: [
    ("N02c", "ms: Timeout was reached"), ("N02d", "after 0 ms: Couldn't connect to server"),
    ("N02e", "ms: Timeout was reached"),
  ])
  func `N02 both dead are told in libcurl's words`(id: String, words: String) throws {
    try Playground.login.pass(
      """
      local svc = sim.service {}
      svc:fault("RegisterClient", fault "\(id)")
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 5)
      assert.contains(run.stderr, "to oidc.us-east-1.amazonaws.com port 443 after")
      assert.contains(run.stderr, "\(words)")
      """)
  }
}
