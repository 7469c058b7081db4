//  OptionWordsTests.swift - what sso.arguments makes of the words after a script's name.

import Testing

@testable import SSOScript

@Suite struct `Options of a script` {
  static let words = OptionWords(kinds: [
    "profile": .text, "port": .integer, "browser": .flag, "flow": .choice(["device", "pkce"]),
    "sso_session": .text,
  ])

  @Test(arguments: [
    (["--profile", "dev"], ["profile": OptionWords.Value.text("dev")]),
    (["--profile=dev=1"], ["profile": .text("dev=1")]), (["--profile="], ["profile": .text("")]),
    (["--sso-session", "s"], ["sso_session": .text("s")]),
    (["--port", "-1"], ["port": .integer(-1)]),
    (["--browser"], ["browser": .flag(true)]), (["--no-browser"], ["browser": .flag(false)]),
    (["--flow", "pkce"], ["flow": .text("pkce")]),
    (["--port", "1", "--port", "2"], ["port": .integer(2)]),
  ])
  func `are read`(typed: [String], values: [String: OptionWords.Value]) throws {
    #expect(try Self.words.read(typed) == OptionWords.Result(values: values))
  }

  @Test func `are found by their own name before that of one that --no- turns off`() throws {
    let words = OptionWords(kinds: ["cache": .flag, "no_cache": .text])
    let found = try words.read(["--no-cache", "x"])
    #expect(found == OptionWords.Result(values: ["no_cache": .text("x")]))
  }

  @Test func `leave alone what is no option, and all after --`() throws {
    let found = try Self.words.read(["a", "--browser", "-", "b", "--", "--profile"])
    #expect(found.rest == ["a", "-", "b", "--profile"])
    #expect(found.values == ["browser": .flag(true)])
  }

  @Test(arguments: [
    (["--porfile", "x"], #"unknown option "--porfile" (did you mean "--profile"?)"#),
    (["--no-browsr"], #"unknown option "--no-browsr" (did you mean "--no-browser"?)"#),
    (["-x"], #"unknown option "-x""#), (["--profile"], "--profile needs a value"),
    (["--port", "x"], #"--port takes a whole number, got "x""#),
    (["--browser=yes"], "--browser takes no value"),
    (["--no-browser=true"], "--no-browser takes no value"),
    (["--flow", "pkc"], #"--flow takes device, pkce, got "pkc" (did you mean "pkce"?)"#),
  ])
  func `are refused with what is right`(typed: [String], message: String) {
    #expect(throws: OptionWords.Wrong(message)) { try Self.words.read(typed) }
  }

  static let groups = OptionGroups(
    takesPositional: false, exclusive: [["profile", "port", "sso_session"]],
    together: [["flow", "browser"]])

  @Test(arguments: [
    [], ["--profile", "dev"], ["--port", "1", "--port", "2"], ["--flow", "pkce", "--no-browser"],
  ])
  func `go together as they should`(typed: [String]) throws {
    try Self.groups.check(Self.words.read(typed))
  }

  @Test(arguments: [
    (["a", "b"], #"unexpected argument "a""#),
    (["--", "--flow"], #"unexpected argument "--flow""#),
    (["--profile", "dev", "--sso-session="], "name one of --profile, --port and --sso-session"),
    (["--flow", "pkce"], "--flow and --browser go together"),
    (["--no-browser"], "--flow and --browser go together"),
  ])
  func `that do not go together are refused`(typed: [String], message: String) throws {
    let found = try Self.words.read(typed)
    #expect(throws: OptionWords.Wrong(message)) { try Self.groups.check(found) }
  }
}
