//  PolicyStreamTests.swift - a policy that reads and writes.

import SSOOIDC
import SSOScript
import Testing

@Suite struct `A policy's standard streams` {
  @Test(arguments: PolicyLevel.allCases)
  func `leave standard output to the script`(level: PolicyLevel) async throws {
    let policy = """
      print "main body"
      io.write "written "
      return { before_register = function()
        print "hook"
        io.output():write "default "
        io.stdout:write "stdout\\n"
      end }
      """
    let ending = try await Login.stage((level, policy)).run(Login.script)
    #expect(ending.output == "28800\t1999999999000\n", "\(ending.word)")
    #expect(ending.errors == "main body\nwritten hook\ndefault stdout\n")
  }

  @Test func `leave it to the script when programs run, too`() async throws {
    let stage = try Login.stage(
      (.system, "os.execute { 'tell', 'it' } return { notify = function() end }"))
    let ending = try await stage.run("print 'data'")
    #expect(ending.output == "data\n", "\(ending.word)")
    #expect(ending.errors == "tell it")
  }

  @Test func `show no secret`() async throws {
    let stage = try Login.stage(
      (.system, "return { on_token = function(token) print(token.accessToken) end }"))
    let ending = try await stage.run(Login.script)
    #expect(ending.word == "finished" && ending.errors.contains("<secret>"), "\(ending.errors)")
  }

  @Test func `leave standard input to the script`() async throws {
    let stage = try Login.stage(
      (.system, "assert(io.read() == nil and io.stdin:read 'n' == nil) return {}"))
    stage.terminal.type("for the script\n")
    #expect(try await stage.output(of: "print(io.read())") == "for the script\n")
  }

  @Test func `are those of the terminal that a person sees`() async throws {
    let policy = """
      local is = sso.terminal.is_terminal
      print(is(), is "stdout", is "stderr", is "stdin")
      return {}
      """
    let ending = try await Login.stage((.system, policy.requiringSSO)).run("print 'ran'")
    #expect(ending.errors == "true\ttrue\ttrue\tfalse\n", "\(ending.word)")
  }
}
