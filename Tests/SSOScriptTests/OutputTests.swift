import SSOScript
import Testing

@Suite struct `The output limit` {
  private func run(_ script: String, limit: Int?) async throws -> Ending {
    var stage = try Stage.open()
    stage.options.outputLimit = limit
    return try await stage.run(script)
  }

  @Test(arguments: [
    "while true do print('x') end", "while true do pcall(print, 'x') end",
    "while true do io.write('x') end", "while true do io.stderr:write('x') end",
    "while true do sso.log.info('x') end", "while true do safe.log.error('x') end",
    "io.write(('x'):rep(101))", "while true do print('x') sso.time.sleep(0) end",
    "sso.task.all { function() while true do print('x') sso.time.sleep(1) end end }",
  ])
  func `stops a script for good`(script: String) async throws {
    let ending = try await run(script, limit: 100)
    #expect(ending.word == "stopped: output")
    #expect(ending.output.utf8.count + ending.errors.utf8.count <= 100)
  }

  @Test func `counts both outputs together, and is not passed by its last byte`() async throws {
    let script = "io.write(('x'):rep(50)) io.stderr:write(('x'):rep(50))"
    #expect(try await run(script, limit: 100).word == "finished")
    #expect(try await run(script, limit: 99).word == "stopped: output")
  }

  @Test func `is not for files, and may be lifted`() async throws {
    let script = "local f = io.open('f.txt', 'w') f:write(('x'):rep(1000))"
    #expect(try await run(script, limit: 100).word == "finished")
    #expect(try await run("io.write(('x'):rep(1000))", limit: nil).word == "finished")
  }
}

@Suite struct `sso.log` {
  private func lines(_ script: String, _ level: LogLevel) async throws -> String {
    var stage = try Stage()
    stage.options.logLevel = level
    return try await stage.run(script).errors
  }

  @Test(arguments: [
    (LogLevel.trace, "trace: t\ndebug: d\ni\nwarning: w\nerror: e\n"),
    (.debug, "debug: d\ni\nwarning: w\nerror: e\n"), (.info, "i\nwarning: w\nerror: e\n"),
    (.warning, "warning: w\nerror: e\n"), (.error, "error: e\n"),
  ])
  func `writes what is as urgent as was asked for`(level: LogLevel, text: String) async throws {
    let script = """
      sso.log.trace("t") sso.log.debug("d") sso.log.info("i") sso.log.warning("w") sso.log.error("e")
      """
    #expect(try await lines(script, level) == text)
  }

  @Test(arguments: [
    ("'%s is %d', 'a', 1", "a is 1"), ("'100%'", "100%"), ("'%5.1f|', 2", "  2.0|"),
    ("'a\\nb\\27[31m'", "a\\u{a}b\\u{1b}[31m"), ("'%s', nil", "nil"), ("''", ""),
    ("'%s', setmetatable({}, { __tostring = function() return 'mine' end })", "mine"),
  ])
  func `formats as string.format, on one line`(arguments: String, line: String) async throws {
    #expect(try await lines("sso.log.info(\(arguments))", .info) == line + "\n")
  }

  @Test(arguments: ["sso.log.info()", "sso.log.info({})", "sso.log.info('%d', 'x')"])
  func `refuses what string.format refuses`(call: String) async throws {
    #expect(try await Stage().run(call).word.hasPrefix("failed: "))
  }
}
