//  SimulatedNetworkTests.swift - what lies between a flow and the service.

import EventLoop
import SSOOIDC
import Testing

@testable import SSOScenario

@Suite struct `A HEAD` {
  @Test func `R8628-01 is refused without a body, as over a socket`() throws {
    let flow = """
      for _, method in ipairs { "GET", "HEAD" } do
        local answer = assert(require("sso.safe").http.request {
          method = method, url = "https://oidc.us-east-1.amazonaws.com/token" })
        print(method, answer.status, #answer.body > 0)
      end
      """
    try Playground(flow: flow).pass(
      """
      local run = sim.run("flow.lua", { service = sim.service {} })
      assert.equal("GET\\t405\\ttrue\\nHEAD\\t405\\tfalse\\n", run.stdout)
      """)
  }
}

@Suite struct `A header with a line break` {
  @Test func `is not sent, though a variable made it`() throws {
    let flow = """
      local client = require("sso.safe").client { retries = 1 }
      local _, err = client:create_token_with_iam {
        clientId = "x", grantType = "refresh_token", refreshToken = "r" }
      print(err)
      """
    try Playground(flow: flow).pass(
      """
      local run = sim.run("flow.lua", { service = sim.service {}, env = {
        AWS_ACCESS_KEY_ID = "AKIA\\nX-Evil: 1", AWS_SECRET_ACCESS_KEY = "s" } })
      assert.contains(run.stdout, "invalid_request: the value of header ")
      assert.contains(run.stdout, " holds a line break or NUL")
      """)
  }
}

@Suite struct `T06 a CA file` {
  private static let problem = "invalid_request: error setting certificate file: /home/me/ca.pem"

  @Test(arguments: [
    ("https", "no certificate", problem), ("http", "no certificate", "status 400"),
    ("https", "x -----BEGIN CERTIFICATE-----", problem),
    ("https", "-----BEGIN PRIVATE KEY-----\\n", problem),
    ("https", "-----BEGIN CERTIFICATE-----\\nabc\\n", "status 400"),
    ("https", "a\\r\\n-----BEGIN TRUSTED CERTIFICATE-----\\r\\n", "status 400"),
    ("https", "a\\n-----BEGIN X509 CERTIFICATE-----", "status 400"),
  ])
  func `without a certificate cannot be used for TLS`(
    scheme: String, text: String, words: String
  ) throws {
    let flow = """
      local answer, err = require("sso.safe").http.request { method = "POST", body = "{}",
        url = "\(scheme)://localhost/token", ca_bundle = "ca.pem" }
      print(err or "status " .. answer.status)
      """
    try Playground(flow: flow).pass(
      """
      local home = sim.home {}
      home:write("ca.pem", "\(text)")
      local run = sim.run("flow.lua", { service = sim.service {}, home = home })
      assert.contains(run.stdout, "\(words)")
      """)
  }

  @Test(arguments: [
    ("https://nowhere.example/", "", "resolve: Could not resolve host"),
    (
      "https://localhost/token", "svc:fault('*', { kind = 'refused' })",
      "connect: Failed to connect"
    ),
  ])
  func `without a certificate is read where TLS begins`(
    url: String, fault: String, words: String
  ) throws {
    let flow = """
      print(select(2, require("sso.safe").http.request { url = "\(url)", ca_bundle = "ca.pem" }))
      """
    try Playground(flow: flow).pass(
      """
      local home = sim.home {}
      home:write("ca.pem", "no certificate")
      local svc = sim.service {}
      \(fault)
      local run = sim.run("flow.lua", { service = svc, home = home })
      assert.contains(run.stdout, "\(words)")
      """)
  }
}

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

@Suite struct `A simulated proxy` {
  /// A flow that says how its one request ended.
  static let asking = Playground(
    flow: """
      local sso = require "sso.safe"
      local answer, err = sso.http.get(...)
      print(answer and answer.status or err.code, tostring(err))
      """)

  @Test(arguments: [
    ("{}", "https://oidc.us-east-1.amazonaws.com/", "404", ""),
    ("{ credentials = 'a:b' }", "https://oidc.us-east-1.amazonaws.com/", "proxy", "response 407"),
    ("{ credentials = 'a:b' }", "http://oidc.us-east-1.amazonaws.com/", "proxy", "answered 407"),
    ("{ answer = 403 }", "https://oidc.us-east-1.amazonaws.com/", "proxy", "response 403"),
    ("{ answer = 403 }", "http://oidc.us-east-1.amazonaws.com/", "403", ""),
    ("{}", "https://nowhere.example/", "proxy", "response 502"),
    ("{}", "http://nowhere.example/", "502", ""),
    ("{ refuses = true }", "http://nowhere.example/", "proxy", "port 3128 after 0 ms"),
  ])
  func `N15 says what libcurl makes of it`(
    options: String, url: String, first: String, words: String
  ) throws {
    try Self.asking.pass(
      """
      sim.proxy \(options)
      local run = sim.run("flow.lua", { service = sim.service {}, args = { "\(url)" },
        env = { all_proxy = "http://me:hush@proxy.example:3128" } })
      assert.contains(run.stdout:lower(), "\(first)")
      if "\(words)" ~= "" then assert.contains(run.stdout, "\(words)") end
      assert.is_nil(run.stdout:find("hush", 1, true))
      """)
  }

  @Test func `is found by its name in any case, and is told apart by its port`() throws {
    try Self.asking.pass(
      """
      local proxy = sim.proxy { address = "Proxy.Example:3128" }
      sim.proxy { address = "proxy.example:1080", answer = 403 }
      local function ask(name)
        return sim.run("flow.lua", { service = sim.service {},
          args = { "https://oidc.us-east-1.amazonaws.com/" }, env = { HTTPS_PROXY = name } }).stdout
      end
      assert.contains(ask "Proxy.Example:3128", "404")
      assert.contains(ask "PROXY.example:3128", "404")
      assert.equal(2, #proxy:requests())
      assert.contains(ask "proxy.example", "response 403")
      """)
  }

  @Test func `at an IPv6 address is named as libcurl names it`() throws {
    try Self.asking.pass(
      """
      sim.proxy { address = "[2001:DB8::1]:3128", refuses = true }
      local run = sim.run("flow.lua", { args = { "http://nowhere.example/" },
        env = { http_proxy = "[2001:db8::1]:3128" } })
      assert.contains(run.stdout,
        "proxy [2001:db8::1]:3128: Failed to connect to 2001:db8::1 port 3128 after 0 ms")
      """)
  }

  @Test(arguments: [("me", "me"), ("me:", "me"), ("me", "me:")])
  func `takes a name alone as one with an empty password`(wanted: String, sent: String) throws {
    try Self.asking.pass(
      """
      sim.proxy { credentials = "\(wanted)" }
      local run = sim.run("flow.lua", { args = { "http://nowhere.example/" },
        env = { http_proxy = "http://\(sent)@proxy.example:3128" } })
      assert.contains(run.stdout, "502")
      """)
  }

  @Test func `takes an address that is free`() throws {
    let report = try Playground().scenario(
      "sim.proxy {} sim.proxy { address = 'Proxy.example:3128' }")
    #expect(
      report.failure?.message.contains("there is a proxy at proxy.example:3128 already") == true)
  }

  @Test func `takes time where it is silent`() throws {
    try Self.asking.pass(
      """
      sim.proxy { hangs = true }
      local run = sim.run("flow.lua", { args = { "http://nowhere.example/" },
        env = { http_proxy = "proxy.example:3128" } })
      assert.elapsed(run, "5s")
      """)
  }

  @Test(arguments: [
    ("{ address = 'proxy.example' }", "host and port"), ("{ answer = 200 }", "from 300 to 599"),
    ("{ adress = 'x:1' }", "did you mean \"address\"?"),
    ("{ refuses = true, hangs = true }", "say one of refuses, hangs and answer"),
    ("{ hangs = true, answer = 500 }", "say one of refuses, hangs and answer"),
  ])
  func `that is described wrongly is misuse`(options: String, words: String) throws {
    let report = try Playground().scenario("sim.proxy \(options)")
    #expect(report.failure?.message.contains(words) == true)
  }
}

@Suite struct `An HTTP/2 stream` {
  @Test func `H35 that is reset has been treated, and one that was never looked at has not`() throws
  {
    try Playground.login.pass(
      """
      for id, last in pairs { H35 = "invalid_grant", H35b = "incomplete" } do
        local svc = sim.service { device = { interval = 5 } }
        svc:fault("CreateToken", fault(id, { calls = 2 }))
        svc:person():at("7s"):approves()
        local run = sim.run("flow.lua", { service = svc })
        assert.exit(run, id == "H35" and 4 or 0)
        assert.last_error(run, last)
        assert.equal("incomplete", run:requests "CreateToken"[2].error)
      end
      """)
  }
}

@Suite struct `A machine without ports` {
  @Test func `F20 says which it could not have`() throws {
    try Playground(
      flow: """
        local sso = require "sso.safe"
        local token, err = sso.login { start_url = "https://example.awsapps.com/start",
          region = "us-east-1", flow = "pkce", redirect_port = 8400 }
        print(err.code, err.message)
        """
    ).pass(
      """
      local home = sim.home {}
      home:fault(fault("F20", { calls = 1 }))
      local run = sim.start("flow.lua", { service = sim.service {}, home = home, limit = "1h" }):wait()
      assert.contains(run.stderr, "port 8400 is taken")
      home:fault "F20"
      run = sim.run("flow.lua", { service = sim.service {}, home = home })
      assert.contains(run.stdout, "127.0.0.1:0: Address already in use")
      """)
  }
}

@Suite struct `What becomes of a request` {
  @Test func `is known when the shorter of its limits has passed`() throws {
    let target = try #require(NetworkTarget("https://a.example/"))
    var options = HTTPOptions()
    let faults = NetworkFault.all.filter { $0.wait == .connectTimeout }
    #expect(!faults.isEmpty)
    for (connect, whole) in [(10, 3), (3, 10)] {
      (options.connectTimeout, options.timeout) = (.seconds(connect), .seconds(whole))
      for fault in faults { #expect(fault.outcome(at: target, options).after == .seconds(3)) }
    }
  }

  @Test func `takes time of which not even a part of a millisecond is lost`() throws {
    let flow = """
      require("sso").client {}
        :register_client { clientName = "test", clientType = "public" }
      """
    try Playground(flow: flow).pass(
      """
      local elapsed = sim.run("flow.lua", { service = sim.service { jitter = "0.9ms" } }).elapsed
      assert.is_true(0 < elapsed and elapsed < 0.002, tostring(elapsed))
      """)
  }

  @Test func `has nothing to do with the fragment of its address`() {
    let target = NetworkTarget("https://a.example/b?c=1#d?e")
    #expect(target?.path == "/b" && target?.query == "c=1")
    #expect(NetworkTarget("https://a.example/b#d?e")?.query == "")
  }
}

@Suite struct `A clock that is set` {
  @Test func `changes the calendar of its machine, and no waiting`() throws {
    let time = ScenarioTime(loop: try EventLoop(time: .simulated(start: .zero)))
    let clock = SimulatedClock(time)
    clock.jump(by: .seconds(-60))
    #expect(clock.now == time.now + .seconds(-60))
    #expect(clock.monotonic == .zero)
  }
}
