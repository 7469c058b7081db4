//  TerminalTests.swift - a command with a terminal of its own.

import Platform
import TestSupport
import Testing

@Suite struct `A hidden question` {
  private static let script = "print(require('sso').terminal.prompt_hidden('password: '))"

  @Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
  func `that a signal ends leaves the terminal's echo on (H35)`(
    _ signal: (number: Int32, status: Int32)
  ) async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start(Self.script)
      #expect(terminal.read(until: "password: "))
      #expect(!terminal.echoes)
      process.send(signal: signal.number)
      #expect(try process.end().status == signal.status)
      #expect(terminal.echoes)
    }
  }

  @Test func `that is stopped leaves the echo on, and is asked again without it (H35)`()
    async throws
  {
    try await onThread {
      let terminal = try PseudoTerminal()
      let words = #"""
        set -m; ssoscript run -e "$0"
        printf 'stopped\n' >/dev/tty; read line; fg
        printf 'stopped\n' >/dev/tty; read line; fg; printf 'done\n' >/dev/tty
        """#
      let sandbox = try Sandbox()
      let process = try terminal.start(sandbox.settings(["bash", "-c", words, Self.script]))
      #expect(terminal.read(until: "password: "))
      for _ in 1...2 {
        terminal.type("\u{1A}")
        #expect(terminal.read(until: "stopped"))
        #expect(terminal.echoes)
        terminal.type("\n")
        #expect(terminal.read(until: "password: "))
        #expect(!terminal.echoes)
      }
      terminal.type("word\n")
      #expect(terminal.read(until: "done"))
      #expect(terminal.echoes)
      #expect(try process.end().output.hasSuffix("word\n"))
    }
  }

  @Test func `that was answered leaves Ctrl-Z to what comes next`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let words = #"""
        set -m; ssoscript run -e "$0"
        printf 'stopped\n' >/dev/tty; read line; fg; printf 'done\n' >/dev/tty
        """#
      let script = """
        local terminal = require("sso").terminal
        terminal.prompt_hidden "password: "
        print(terminal.prompt "next: ")
        """
      let sandbox = try Sandbox()
      let process = try terminal.start(sandbox.settings(["bash", "-c", words, script]))
      #expect(terminal.read(until: "password: "))
      terminal.type("word\n")
      #expect(terminal.read(until: "next: "))
      terminal.type("\u{1A}")
      #expect(terminal.read(until: "stopped"))
      terminal.type("\nnext\n")
      #expect(terminal.read(until: "done"))
      #expect(try process.end().output.hasSuffix("next\n"))
    }
  }

  @Test func `that others stopped and continued is asked again without the echo (H35)`()
    async throws
  {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start(Self.script)
      #expect(terminal.read(until: "password: "))
      process.send(signal: SIGSTOP)
      // As a shell does with the terminal of a program that is stopped.
      terminal.showEcho()
      process.send(signal: SIGCONT)
      #expect(terminal.read(until: "password: "))
      #expect(!terminal.echoes)
      terminal.type("word\n")
      #expect(try process.end().output == "word\n")
      #expect(terminal.echoes)
    }
  }

  @Test func `is not stopped by Ctrl-Z where that was to be ignored`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let words = #"""
        set -m; (trap '' TSTP; exec ssoscript run -e "$0"); printf 'done\n' >/dev/tty
        """#
      let sandbox = try Sandbox()
      let process = try terminal.start(sandbox.settings(["bash", "-c", words, Self.script]))
      #expect(terminal.read(until: "password: "))
      terminal.type("\u{1A}word\n")
      #expect(terminal.read(until: "done"))
      #expect(try process.end().output.hasSuffix("word\n"))
    }
  }

  @Test(arguments: ["prompt", "prompt_hidden"])
  func `that is answered by the end of input has no answer`(function: String) async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start("print(require('sso').terminal.\(function)('password: '))")
      #expect(terminal.read(until: "password: "))
      terminal.type("\u{4}")
      #expect(try process.end().output == "nil\n")
      #expect(terminal.echoes)
    }
  }

  @Test func `that was begun in the background is asked with the settings that there are then`()
    async throws
  {
    try await onThread {
      let terminal = try PseudoTerminal()
      // As a shell's line editor has the terminal while it waits for a command.
      let words = #"""
        set -m; stty -icanon -echo -icrnl; ssoscript run -e "$0" & wait %1
        stty icanon echo icrnl; fg; printf 'done\n' >/dev/tty
        """#
      let sandbox = try Sandbox()
      let process = try terminal.start(sandbox.settings(["bash", "-c", words, Self.script]))
      #expect(terminal.read(until: "password: "))
      terminal.type("word\r")
      #expect(terminal.read(until: "done"))
      #expect(terminal.echoes)
      #expect(try process.end().output.hasSuffix("word\n"))
    }
  }

  @Test func `that ends with a core leaves the echo on (H35)`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let words = #"ulimit -c 0; exec ssoscript run -e "$0""#
      let sandbox = try Sandbox()
      let process = try terminal.start(sandbox.settings(["/bin/sh", "-c", words, Self.script]))
      #expect(terminal.read(until: "password: "))
      terminal.type("\u{1C}")
      #expect(try process.end().status == 256 + SIGQUIT)
      #expect(terminal.echoes)
    }
  }

  @Test func `that nobody waits for any more leaves echo and answer to the next`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start(
        """
        local sso = require "sso"
        for _, question in ipairs { "first: ", "next: " } do
          print(pcall(sso.task.timeout, 0.3, function() sso.terminal.prompt_hidden(question) end))
        end
        print(sso.terminal.prompt "last: ")
        """)
      #expect(terminal.read(until: "last: "))
      #expect(terminal.echoes)
      terminal.type("word\n")
      #expect(try process.end().output.hasSuffix("\nword\n"))
      #expect(terminal.echoes)
    }
  }

  @Test func `that is answered in another encoding gives no other password`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start(
        "print(require('sso.safe').terminal.prompt_hidden('password: '))")
      #expect(terminal.read(until: "password: "))
      terminal.type(Array("p".utf8) + [0xE4] + Array("ss\n".utf8))
      let end = try process.end()
      #expect(end.output.hasPrefix("nil\t") && end.output.contains("is not UTF-8"))
    }
  }

  @Test func `that is answered leaves the echo on as well`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start(Self.script)
      #expect(terminal.read(until: "password: "))
      terminal.type("word\n")
      #expect(try process.end().output == "word\n")
      #expect(terminal.echoes)
    }
  }
}

@Suite struct `What is typed` {
  @Test func `while nobody reads is for the next who does`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start(
        """
        local sso = require "sso"
        print((pcall(sso.task.timeout, 0.1, io.read)))
        print(io.read(), io.read(3), io.read())
        """)
      #expect(try process.readLine() == "false")
      terminal.type("typed\nsecond\n")
      #expect(try process.end().output.hasSuffix("typed\tsec\tond\n"))
    }
  }

  @Test func `is the question's while one is open, whoever wanted to read before`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start(
        """
        local sso = require "sso"
        local given_up = sso.task.spawn(io.read)
        sso.time.sleep(0)
        given_up:cancel()
        print(sso.terminal.prompt_hidden "password: ")
        local other = sso.task.spawn(function() return io.read() end)
        sso.time.sleep(0)
        print(sso.terminal.prompt "next: ")
        print(other:join())
        """)
      for question in ["password: ", "next: "] {
        #expect(terminal.read(until: question))
        terminal.type("\(question)\n")
        #expect(try process.readLine() == question)
      }
      terminal.type("last\n")
      #expect(try process.end().output == "last\n")
    }
  }

  @Test func `after a part of what a task wanted goes with that part to the next`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      terminal.type("\n 1\none\n")
      let process = try terminal.start(
        """
        local sso = require "sso"
        local function read() return io.read("l", "n", "l", "l", "n") end
        print((pcall(sso.task.timeout, 0.3, read)))
        print(io.read("L", "n", "l", "l", "l"))
        """)
      #expect(try process.readLine() == "false")
      terminal.type("two\n")
      #expect(try process.end().output == "\n\t1\t\tone\ttwo\n")
    }
  }

  @Test func `is waited for though the terminal was opened not to wait`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let sandbox = try Sandbox()
      var settings = sandbox.command("run", "-e", "print 'ready' print(io.read())")
      settings.inputFlags = O_RDONLY | O_NONBLOCK
      let process = try terminal.start(settings)
      #expect(try process.readLine() == "ready")
      terminal.type("word\n")
      #expect(try process.end().output == "word\n")
    }
  }

  @Test func `after an end of input is read, too`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start("for _ = 1, 3 do print(io.read()) end")
      for (typed, line) in [("one\n", "one"), ("\u{4}", "nil"), ("two\n", "two")] {
        terminal.type(typed)
        #expect(try process.readLine() == line)
      }
      #expect(try process.end().status == 0)
    }
  }

  @Test func `after a task gave up waiting is not that one's`() async throws {
    try await onThread {
      let terminal = try PseudoTerminal()
      let process = try terminal.start(
        """
        local sso = require "sso"
        pcall(sso.task.timeout, 0.1, io.read)
        local other = sso.task.spawn(function() return io.read() end)
        print "ready"
        print(io.read(), other:join())
        """)
      #expect(try process.readLine() == "ready")
      terminal.type("one\ntwo\n")
      let output = try process.end().output
      #expect(output.hasSuffix("one\ttwo\n") || output.hasSuffix("two\tone\n"))
    }
  }
}

@Suite struct `A pipe that a script opens` {
  @Test func `is waited for while others have their turns`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let script = """
        local sso = require "sso"
        local pipe = assert(io.open("pipe"))
        for _, read in ipairs { pipe.read, function() return io.lines("pipe")() end } do
          print((pcall(sso.task.timeout, 0.01, read, pipe)))
        end
        local function reader() return sso.task.spawn(function() return pipe:read() end) end
        local one, other = reader(), reader()
        sso.time.sleep(0)
        local writing = assert(io.open("pipe", "a"))
        writing:write("word\\n", "another\\n", "1 2\\n")
        print(#one:join() + #other:join(), pipe:read("n"), pipe:lines()())
        writing:write("given back\\n")
        print((pcall(sso.task.timeout, 0.01, pipe.read, pipe, "l", "l")), pipe:read())
        """
      let words = #"mkfifo pipe && exec 3<>pipe && exec ssoscript run -A -e "$0""#
      let end = try ChildProcess(sandbox.settings(["/bin/sh", "-c", words, script])).end()
      #expect(
        end.output == "false\nfalse\n11\t1\t 2\nfalse\tgiven back\n", "\(end.error)")
    }
  }
}

@Suite struct `A run step by step` {
  @Test(arguments: [nil, SIGINT] as [Int32?])
  func `asks at the terminal, until it is over or interrupted`(signal: Int32?) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua", "it('x', function() sim.service {}.clock:advance '5s' end)")
      let terminal = try PseudoTerminal()
      let process = try terminal.start(
        sandbox.command("test", "a_spec.lua", "--state", "state.json", "--step", "--report", "tap"))
      #expect(terminal.read(until: "next: 5.000 s, in 5s: the scenario goes on\r\n(step) "))
      if let signal { process.send(signal: signal) } else { terminal.type("n\n") }
      let end = try process.end()
      #expect(end.status == signal.map { 128 + $0 } ?? 0)
      #expect(end.output.hasPrefix("TAP version 14\n"))
    }
  }

  @Test(arguments: [("q\n", "q\r\ndone"), ("\u{4}", "\r\ndone")])
  func `that the person ends is interrupted, and the terminal is left at a new line`(
    typed: String, shown: String
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write(
        "a_spec.lua", "it('x', function() sim.service {}.clock:advance '5s' end)")
      let terminal = try PseudoTerminal()
      let words = """
        ssoscript test a_spec.lua --state state.json --step --report tap
        status=$?; printf 'done' >/dev/tty; exit $status
        """
      let process = try terminal.start(sandbox.settings(["/bin/sh", "-c", words]))
      #expect(terminal.read(until: "\r\n(step) "))
      terminal.type(typed)
      #expect(try #require(terminal.shown(until: "done")) == shown)
      #expect(try process.end().status == 130)
    }
  }
}

#if Server
  @Suite struct `A login for a program that keeps standard error to itself` {
    private typealias Scene = `The sign-in commands`.Scene

    private static func command(_ scene: Scene, _ words: String) -> ChildSettings {
      scene.sandbox.settings(
        ["sh", "-c", "ssoscript \(words); printf 'done\n' >/dev/tty"], scene.environment)
    }

    @Test(arguments: ["credentials", "run -A credentials.lua"])
    func `shows the code on the terminal of the person`(flow: String) async throws {
      try await onThread {
        let scene = try Scene()
        let script = try scene.run("credentials", "--print-script").output
        try scene.sandbox.write("credentials.lua", script)
        let terminal = try PseudoTerminal()
        let process = try terminal.start(
          Self.command(scene, "\(flow) --profile dev --flow device"), takesWords: true)
        let shown = try #require(terminal.shown(until: "done"))
        let end = try process.end()
        #expect(end.output.contains(#""Version""#), "\(end.error)")
        let line = try #require(end.error.split(separator: "\n").first)
        #expect(line.hasPrefix("open ") && shown.contains("\(line)\r\n"), "\(shown)")
        #expect(shown.contains("and check that the page shows "))
      }
    }

    @Test func `shows it once where standard error is that terminal`() async throws {
      try await onThread {
        let scene = try Scene()
        let terminal = try PseudoTerminal()
        let process = try terminal.start(
          Self.command(scene, "credentials --profile dev --flow device"))
        let shown = try #require(terminal.shown(until: "done"))
        #expect(shown.ranges(of: "and enter ").count == 1, "\(shown)")
        #expect(try process.end().output.contains(#""Version""#))
      }
    }

    @Test(arguments: [true, false])
    func `goes on without a terminal, and without the permission to use one`(
      hasTerminal: Bool
    ) async throws {
      try await onThread {
        let scene = try Scene()
        let script = try scene.run("credentials", "--print-script").output
        try scene.sandbox.write("credentials.lua", script)
        let flow = hasTerminal ? "run credentials.lua" : "credentials"
        var settings = Self.command(scene, "\(flow) --profile dev --flow device")
        let terminal = try PseudoTerminal()
        // Of its own, and without a terminal.
        settings.leadsSession = true
        let process =
          hasTerminal
          ? try terminal.start(settings, takesWords: true) : try ChildProcess(settings)
        if hasTerminal { #expect(terminal.shown(until: "done")?.hasPrefix("done") == true) }
        let end = try process.end()
        #expect(end.output.contains(#""Version""#) && end.error.contains("and enter "))
        #expect(!end.error.contains("permitted"), "\(end.error)")
      }
    }
  }
#endif

@Suite struct `A report on a terminal` {
  @Test(arguments: [
    (["TERM": "dumb"], "auto", false), (["TERM": ""], "auto", false),
    (["TERM": "dumb"], "always", true), (["TERM": "dumb"], "never", false),
    (["NO_COLOR": "1"], "auto", false), (["NO_COLOR": "0"], "auto", false),
    (["NO_COLOR": ""], "auto", true), (["NO_COLOR": "1"], "always", true), ([:], "auto", true),
    ([:], "never", false),
  ])
  func `has colours where the terminal knows them, unless NO_COLOR or the user says otherwise`(
    variables: [String: String], color: String, isColored: Bool
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('x', function() end)")
      let command = "ssoscript test a_spec.lua --state state.json --color \(color) >/dev/tty"
      let terminal = try PseudoTerminal()
      let environment = ["TERM": "xterm"].merging(variables) { $1 }
      let process = try terminal.start(sandbox.settings(["sh", "-c", command], environment))
      let shown = try #require(terminal.shown(until: "seed 1"))
      #expect(try process.end().status == 0)
      #expect(shown.contains("\u{1B}[3") == isColored, "\(shown)")
    }
  }

  @Test func `takes its line about the progress away`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "it('ends not', function() while true do end end)")
      let words = "exec ssoscript test a_spec.lua --state state.json --timeout 600 >/dev/tty"
      let terminal = try PseudoTerminal()
      let process = try terminal.start(
        sandbox.settings(["sh", "-c", words], ["TERM": "xterm", "NO_COLOR": "1"]))
      let before = try #require(terminal.shown(until: "\r\u{1B}[K0 done …"))
      process.send(signal: SIGINT)
      let shown = before + (try #require(terminal.shown(until: "interrupted")))
      #expect(try process.end().status == 130)
      let last = try #require(shown.ranges(of: "done …").last).upperBound
      #expect(shown[last...].hasPrefix("\r\u{1B}[K"), "\(shown)")
    }
  }
}

/// A terminal whose person is the test.
private final class PseudoTerminal {
  private let number: Int32
  private let other: Int32
  private let name: String

  init() throws {
    var ends: (Int32, Int32) = (-1, -1)
    var name = [CChar](repeating: 0, count: 128)
    guard unsafe openpty(&ends.0, &ends.1, &name, nil, nil) == 0 else {
      throw TestSupportError("no terminal")
    }
    for end in [ends.0, ends.1] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (number, other) = ends
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    self.name = String(decoding: bytes, as: UTF8.self)
  }

  deinit {
    _ = close(number)
    _ = close(other)
  }

  /// Starts a script that has this terminal.
  func start(_ script: String) throws -> ChildProcess {
    var settings = try Sandbox().command("run", "-e", script)
    settings.directory = nil
    settings.error = .file("/dev/null")
    return try start(settings)
  }

  /// Starts a command that has this terminal for its input and, unless a test takes them, its words.
  func start(_ settings: ChildSettings, takesWords: Bool = false) throws -> ChildProcess {
    var settings = settings
    settings.input = name
    if !takesWords, case .captured = settings.error { settings.error = .file(name) }
    settings.leadsSession = true
    return try ChildProcess(settings)
  }

  var echoes: Bool {
    var settings = termios()
    return unsafe tcgetattr(number, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
  }

  func showEcho() {
    var settings = termios()
    guard unsafe tcgetattr(number, &settings) == 0 else { return }
    settings.c_lflag |= tcflag_t(ECHO)
    unsafe tcsetattr(number, TCSANOW, &settings)
  }

  func type(_ text: String) { type(Array(text.utf8)) }

  func type(_ bytes: [UInt8]) {
    _ = unsafe write(number, bytes, bytes.count)
  }

  /// Reads what the command shows, until it shows `text`.
  func read(until text: String) -> Bool { shown(until: text) != nil }

  /// What the command shows until it shows `text`; `nil` if it never does.
  func shown(until text: String) -> String? {
    var shown: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1024)
    while true {
      let words = String(decoding: shown, as: UTF8.self)
      if words.contains(text) { return words }
      let count = unsafe systemRead(number, &buffer, buffer.count)
      guard count > 0 else { return nil }
      shown += buffer.prefix(count)
    }
  }
}

/// The system's read(2), out of reach of ``PseudoTerminal/read(until:)``.
private func systemRead(_ number: Int32, _ buffer: UnsafeMutableRawPointer, _ count: Int) -> Int {
  unsafe read(number, buffer, count)
}
