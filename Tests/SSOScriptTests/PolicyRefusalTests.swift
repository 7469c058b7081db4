//  PolicyRefusalTests.swift - a policy of a project, which may only refuse.

import EventLoop
import SSOOIDC
import SSOScript
import Testing

@Suite struct `A policy that may only refuse` {
  private static let closed = [
    "sso.browser.open 'https://evil.example/'", "sso.cache.files {}:get 'x'",
    "sso.cache.memory():delete 'x'", "sso.cache.fix_permissions()", "sso.config.profiles()",
    "sso.config.sessions()", "sso.config.target { session = 'my-sso' }", "sso.status {}",
    "sso.logout { all = true }", "sso.ensure { session = 'my-sso' }",
    "sso.login { session = 'my-sso' }", "sso.portal.accounts { session = 'my-sso' }",
    "sso.credentials { session = 'my-sso', account_id = '1', role_name = 'x' }",
    "sso.client { region = 'eu-west-1' }", "sso.portal.client { region = 'eu-west-1' }",
    "sso.http.get 'https://oidc.eu-west-1.amazonaws.com/'", "sso.env.get 'HOME'",
    "sso.terminal.prompt 'word?'", "sso.terminal.prompt_hidden 'word?'",
  ]

  /// A login, with much to take on the machine.
  private func stage(_ level: PolicyLevel, _ policy: String) throws -> Stage {
    var stage = try Login.stage((level, policy.requiringSSO))
    stage.options.permissions = .all
    stage.options.config = try AWSConfig.parse(`sso.ensure`.session)
    stage.variables = ["HOME": "/home/me"]
    return stage
  }

  @Test(arguments: Self.closed)
  func `reaches nothing of the user's`(call: String) async throws {
    let stage = try stage(.project, call + " return {}")
    let failure = try await stage.failure(of: "print 'ran'")
    #expect(failure["code"] == "InvalidConfigError")
    #expect(failure.message.contains("a project's policy may not use this"), "\(failure.message)")
    #expect(stage.wire.requests.isEmpty && stage.browser.pages.isEmpty)
    #expect(stage.terminal.questions.isEmpty)
  }

  @Test(arguments: [
    ("io.open '/home/me/x'", "io.open: /home/me/x is not permitted to a project's policy"),
    ("os.getenv 'HOME'", "os.getenv: variable HOME is not permitted to a project's policy"),
    ("os.remove '/home/me/x'", "os.remove: /home/me/x is not permitted to a project's policy"),
  ])
  func `is told of no flag that would not help it`(call: String, words: String) async throws {
    let failure = try await stage(.project, call + " return {}").failure(of: "print 'ran'")
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(!failure.message.contains("--allow"))
  }

  @Test func `of the user neither, in a command without such flags`() async throws {
    var stage = try stage(.user, "io.open '/home/me/x' return {}")
    stage.options.permissions = Permissions()
    stage.options.hasFlags = false
    let failure = try await stage.failure(of: "print 'ran'")
    #expect(
      failure.message.contains("io.open: /home/me/x is not permitted here"), "\(failure.message)")
    #expect(!failure.message.contains("--allow"))
  }

  @Test func `does not in its functions either`() async throws {
    let policy = "return { before_register = function() sso.cache.files {}:get 'x' end }"
    let failure = try await stage(.project, policy).failure(of: Login.script)
    #expect(failure["kind"] == "permission")
    #expect(
      failure.message.contains("store:get: a project's policy may not use this"),
      "\(failure.message)")
  }

  @Test func `sends nothing, not even to AWS`() async throws {
    let policy = """
      local _, e = sso.notify.webhook { url = "https://oidc.eu-west-1.amazonaws.com/", json = 1 }
      assert(e) return {}
      """
    let stage = try stage(.project, policy)
    #expect(try await stage.output(of: "print 'ran'") == "ran\n")
    #expect(stage.wire.requests.isEmpty)
  }

  @Test func `still computes, waits, and tells the person`() async throws {
    let policy = """
      local list = require "lists"
      sso.task.spawn(function() sso.time.sleep(1) end):join()
      return { allow = sso.json.decode(list.text), on_verification = function(auth)
        sso.log.info("approve %s", auth.userCode)
        sso.notify.terminal { text = os.date("!%Y", sso.time.now()) }
      end }
      """
    var stage = try stage(.project, policy)
    stage.disk["/home/me/policies/lists.lua"] = "return { text = '{\"roles\":[\"ReadOnly\"]}' }"
    stage.options.policies[0].folder = "/home/me/policies"
    let ending = try await stage.run(Login.script)
    #expect(ending.output == "28800\t1999999999000\n", "\(ending.word)")
    #expect(ending.errors.contains("approve ABCD-EFGH\n"), "\(ending.errors)")
    #expect(ending.errors.contains("2030"), "\(ending.errors)")
  }

  @Test func `is one that is looked over, too`() async throws {
    for call in Self.closed {
      let stage = try stage(.option, "\n" + call + " return {}")
      let problems = try await problems(stage)
      #expect(problems.map(\.place.line) == [2], "\(problems)")
      #expect(
        problems.first?.message.contains("a policy that is looked over may not use this") == true,
        "\(problems)")
      #expect(stage.browser.pages.isEmpty)
    }
    let good = "return { cache = sso.cache.layered(sso.cache.memory(), sso.cache.files {}) }"
    let goodOnes = try await problems(try stage(.option, good))
    #expect(goodOnes == [])
  }

  private func problems(_ stage: Stage) async throws -> [PolicyProblem] {
    let (world, loop, source) = (stage.world, stage.loop, stage.options.policies[0])
    let thread = try EventLoop.runOnThread(stackSize: 16 << 20, name: "lua") { loop.run() }
    let work = Task(executorPreference: loop.taskExecutor) {
      await PolicyReport.problems(in: source, world, loop)
    }
    let problems = await work.value
    loop.stop()
    thread.join()
    return problems
  }
}
