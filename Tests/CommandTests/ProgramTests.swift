//  ProgramTests.swift - other programs: a browser, and what io.popen runs.

import TestSupport
import Testing

#if os(Linux)
  @Suite struct `sso.browser.open on this machine` {
    private func open(_ variables: [String: String], program: String) async throws -> ChildEnd {
      try await onThread {
        let sandbox = try Sandbox()
        let browser = try sandbox.write("browser", program)
        var environment = variables
        // Not a program itself: another test may start one while this file is still being written.
        environment["BROWSER"] = "/bin/sh \(browser)"
        let code = "print(require('sso.safe').browser.open('https://example.com/a?b'))"
        var settings = sandbox.command("run", "-e", code, environment: environment)
        settings.error = .captured
        return try ChildProcess(settings).end()
      }
    }

    @Test func `F21 starts the program that BROWSER names, detached`() async throws {
      let end = try await open(
        ["DISPLAY": ":1"], program: #"[ "$1" = https://example.com/a?b ] && ! [ -t 0 ] && exit 0"#)
      #expect(end.status == 0)
      #expect(end.output == "true\n")
      #expect(end.error == "open https://example.com/a?b\n")
    }

    @Test func `F21 does not wait for one that hangs`() async throws {
      let end = try await open(["DISPLAY": ":1"], program: "exec sleep 5 >/dev/null 2>&1")
      #expect(end.output == "true\n")
    }

    @Test func `F21 says when the program fails`() async throws {
      let end = try await open(["WAYLAND_DISPLAY": "w"], program: "exit 3")
      #expect(end.output.contains("did not open the page (exit status 3); open it by hand"))
    }

    @Test(arguments: [
      (["DISPLAY": ":1", "SSH_CONNECTION": "a"], "no browser over SSH"),
      (["DISPLAY": ":1", "SSH_TTY": "/dev/pts/1"], "no browser over SSH"), ([:], "no display"),
      (["DISPLAY": ""], "no display"),
    ])
    func `F21 starts nothing over SSH or without a display`(
      variables: [String: String], reason: String
    ) async throws {
      let end = try await open(variables, program: "exit 0")
      #expect(end.output.contains(reason))
      #expect(end.error == "open https://example.com/a?b\n")
    }
  }

  @Suite struct `io.popen` {
    @Test func `feeds a program that writes before it has read all`() async throws {
      let end = try await onThread {
        let code = """
          local r = io.popen({ "cat" }, ("x"):rep(1000000)) print(r.status, #r.output)
          print(io.popen({ "true" }, ("x"):rep(1000000)).status)
          print(io.popen({ "sh", "-c", "kill -PIPE $$" }).signal)
          """
        return try Sandbox().run("run", "-A", "-e", code)
      }
      #expect(end.output == "0\t1000000\n0\n13\n")
    }
  }
#endif
