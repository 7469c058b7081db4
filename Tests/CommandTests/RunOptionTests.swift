//  RunOptionTests.swift - options of `ssoscript` and its commands, each by what it changes.

import TestSupport
import Testing

@Suite struct `Options of ssoscript` {
  @Test(arguments: [
    ("run --instruction-limit 0 -e 1", "--instruction-limit must be at least 1"),
    ("run --memory-limit 0KB -e 1", "'0KB' is invalid"),
    ("run --memory-limit 1025GB -e 1", "'1025GB' is invalid"),
    // Bytes enough to begin again at 1 GB.
    ("run --memory-limit 17179869185GB -e 1", "'17179869185GB' is invalid"),
    ("run -e 1 -e 2", "-e is given 2 times"),
    ("serve --data s --control-token-file ./s", "--data and --control-token-file would both use s"),
    (
      "serve --data s --control-token-file s-wal",
      "--data and --control-token-file would both use s-wal"
    ),
    (
      "serve --script b.lua --control-token-file b.lua",
      "--script and --control-token-file would both use b.lua"
    ),
    ("run --timeout 0 -e 1", "--timeout must be more than 0 seconds"),
    ("policy explain --profile a --sso-session b", "name one of profile, session and start_url"),
    ("test -dash.lua", "Unknown option '-dash.lua'; a file of that name is ./-dash.lua"),
    ("serve -dash.lua", "Unknown option '-dash.lua'; a file of that name is ./-dash.lua"),
    ("run --timeout -3 -e 1", "--timeout must be more than 0 seconds"),
    ("run --memory-limit -1 -e 1", "'-1' is invalid"),
    ("login --redirect-port -1", "'-1' is invalid"),
    ("serve --port -1", "--port must be from 0 to 65535"),
    ("test --seed -1", "a seed is a number below 2^64"),
    ("test --max-failures -1", "--max-failures must be from 1 to"),
  ])
  func `refuse what is no value of theirs`(words: String, message: String) async throws {
    let end = try await run(words)
    #expect(end.status == 2 && end.output.isEmpty && end.error.contains(message), "\(end.error)")
  }

  @Test(arguments: [
    ("run --trace none/x -e 1", "", "ssoscript: --trace: none/x: No such file or directory"),
    ("policy explain", "AWS_PROFILE=none", "there is no profile \"none\""),
  ])
  func `name the place where nothing is`(
    words: String, variable: String, message: String
  ) async throws {
    let end = try await run(words, variable)
    #expect(end.status == 3 && end.error.contains(message), "\(end.error)")
  }

  @Test(arguments: [
    ("run --allow-env= -e 'print(1)'", "run"), ("run --profile dev --policy= -e 'print(1)'", "run"),
    ("run -e= -", "run"), ("credentials --profile= dev", "credentials"),
    ("policy explain --profile= dev", "policy explain"), ("serve --port= 0 --self-check", "serve"),
    ("test --record= /dev/null", "test"),
  ])
  func `take no other word for a value that is not there`(
    words: String, command: String
  ) async throws {
    let end = try await run(words)
    #expect(end.status == 2 && end.output.isEmpty, "\(end.error)")
    #expect(end.error.contains("= has no value.\nUsage: ssoscript \(command) "), "\(end.error)")
    #expect(end.error.hasSuffix("See 'ssoscript \(command) --help' for more information.\n"))
  }

  @Test(arguments: [
    ("run --nope", "Unknown option '--nope'"),
    ("login --start-url https://x --sso-regin us-east-1", "Did you mean '--sso-region'?"),
    ("credentials --al --write", "Did you mean '--all'?"),
    ("serve --reset-state --dat x", "Did you mean '--data'?"),
    ("test --trace all --trac-dir x", "Did you mean '--trace-dir'?"),
  ])
  func `that are misspelt are named, whatever else is missing`(
    words: String, message: String
  ) async throws {
    let end = try await run(words)
    #expect(end.status == 2 && end.error.contains(message), "\(end.error)")
  }

  @Test(arguments: [
    ("polcy", "ssoscript", "Unexpected argument 'polcy'. Did you mean 'policy'?"),
    ("policy chek x", "ssoscript policy", "Unexpected argument 'chek'. Did you mean 'check'?"),
    ("help polcy", "ssoscript", "Unexpected argument 'polcy'. Did you mean 'policy'?"),
    ("help -h xyz", "ssoscript", "Unexpected argument 'xyz'"),
    ("help policy nope", "ssoscript policy", "Unexpected argument 'nope'"),
    ("help run nope", "ssoscript run", "Unexpected argument 'nope'"),
  ])
  func `and commands that are none get no help but a word`(
    words: String, command: String, message: String
  ) async throws {
    let end = try await run(words)
    #expect(end.status == 2 && end.output.isEmpty, "\(end.output)")
    #expect(end.error.hasPrefix("Error: \(message)\nUsage: \(command) "), "\(end.error)")
  }

  @Test func `of a script are none of ours, however many there are`() async throws {
    let program = "print(#arg, arg[#arg - 1], arg[#arg])"
    for words in ["run -A -e '\(program)'", "run --timeout 9 -Ae '\(program)' --"] {
      let end = try await run("\(words) $(seq 20000) --trace= --help")
      #expect(end.output == "20002\t--trace=\t--help\n", "\(end.error)")
    }
  }

  @Test(arguments: [
    ("run -e '-- x=' a", ""), ("run -e '--- x' a", ""), ("run -Ae '--[[x]] print(...)' a", "a\n"),
    ("run -e '' a", ""), ("run -e 'print(...)' -- -- b", "--\tb\n"),
    ("run -A -e 'print(...)' - -e c", "-\t-e\tc\n"),
    ("run -e 'print(...)' a b", "a\tb\n"),
    ("run --memory-limit 900KB -e 'print((pcall(string.rep, \"x\", 8 << 20)))'", "false\n"),
    ("run --memory-limit 900kb -e 'print((pcall(string.rep, \"x\", 8 << 20)))'", "false\n"),
    ("run --memory-limit 16mb -e 'print((pcall(string.rep, \"x\", 8 << 20)))'", "true\n"),
    ("run --allow-env HOME,B -e 'print((pcall(os.getenv, \"HOME\")))'", "true\n"),
    ("run --allow-read '*' -e 'print(io.type(io.open(\"/etc/passwd\")))'", "file\n"),
  ])
  func `do what they promise`(words: String, output: String) async throws {
    let end = try await run(words)
    #expect(end.status == 0 && end.output == output, "\(end.error)")
  }

  @Test func `--version and --verbose tell of the parts, in either order`() async throws {
    let report = try await run("--version --verbose").output
    #expect(report.contains("\nlua: Lua 5.4") && report.contains("\nsystem: "), "\(report)")
    #expect(try await run("--verbose --version").output == report)
  }

  private func run(_ words: String, _ variable: String = "") async throws -> ChildEnd {
    try await onThread {
      let sandbox = try Sandbox()
      let command = "\(variable) exec '\(Place.programs)/ssoscript' \(words)"
      return try ChildProcess(sandbox.settings(["/bin/sh", "-c", command])).end()
    }
  }
}
