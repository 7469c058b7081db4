//  StepTests.swift - a scenario, step by step.

import Synchronization
import Testing

@testable import SSOScenario

@Suite struct `A command of a step` {
  @Test(arguments: [
    ("", StepCommand.next), (" n ", .next), ("NEXT", .next), ("c", .run),
    ("u 42s", .until(.seconds(42))),
    ("until 1h", .until(.seconds(3600))), ("until 7", .until(.seconds(7))), ("t", .timeline(12)),
    ("timeline 3", .timeline(3)), ("s", .service), ("p", .processes), ("f", .files), ("h", .help),
    ("?", .help), ("q", .quit),
  ])
  func `may be cut short`(line: String, command: StepCommand) throws {
    #expect(try StepCommand(line) == command)
  }

  @Test(arguments: [
    ("contineu", "did you mean continue?"), ("x", "help lists"), ("until", "such as 42s"),
    ("until soon", "such as 42s"), ("until -1s", "such as 42s"), ("t 0", "a number of events"),
    ("next 2", "next stands alone, without \"2\""),
  ])
  func `that is none says what there is`(line: String, words: String) {
    let problem = #expect(throws: StepCommand.Problem.self) { try StepCommand(line) }
    #expect(problem?.words.contains(words) == true, "\(problem?.words ?? "")")
  }
}

@Suite struct `A plan of steps` {
  @Test func `stops at each move, at a time, or no more in this scenario`() throws {
    var plan = StepPlan()
    #expect(plan.stops(before: .seconds(1)))
    #expect(try plan.take(.until(.seconds(10)), at: .seconds(1)))
    #expect(!plan.stops(before: .seconds(9)))
    #expect(plan.stops(before: .seconds(10)))
    #expect(try plan.take(.run, at: .seconds(9)))
    #expect(!plan.stops(before: .seconds(99)))
    plan.begin()
    #expect(plan.stops(before: .seconds(1)))
    #expect(try !plan.take(.files, at: .zero))
    #expect(throws: StepCommand.Problem.self) {
      try plan.take(.until(.seconds(1)), at: .seconds(1))
    }
    #expect(try plan.take(.quit, at: .zero))
    plan.begin()
    #expect(!plan.stops(before: .seconds(1)))
    #expect(plan.isOver)
  }
}

/// A person who has made up their mind.
private final class Script: StepTerminal {
  private let lines: Mutex<[String]>
  private let text = Mutex("")

  init(_ lines: [String]) { self.lines = Mutex(lines.reversed()) }

  func show(_ text: String) { self.text.withLock { $0 += text } }
  func line() -> String? {
    let line = lines.withLock { $0.popLast() }
    show("\(line ?? "end")\n")
    return line
  }
  var shown: String { text.withLock { $0 } }
  /// What came after a line, up to the next question.
  func answer(to line: String) -> String {
    let parts = shown.split(separator: "(step) ").map(String.init)
    return parts.first { $0.hasPrefix("\(line)\n") } ?? ""
  }
}

@Suite struct `Step by step` {
  private static let login = """
    it("logs in", function()
      local svc = sim.service { device = { interval = 5, user_code = "BCDF-GHJK" } }
      svc:person():at("7s"):approves()
      sim.run("flow.lua", { service = svc, home = sim.home { files = { note = "text" } } })
    end)
    it("goes on", function() sim.service {}.clock:advance "1s" end)
    """

  private func run(
    _ lines: [String], _ text: String = Self.login
  ) -> (terminal: Script, report: ScenarioFileReport, stepper: ScenarioStepper) {
    var playground = Playground.login
    playground.files["a_spec.lua"] = text
    var sources = playground.sources
    let terminal = Script(lines)
    let stepper = ScenarioStepper(terminal)
    sources.stepper = stepper
    let isOver = Atomic(false)
    stepper.whenQuit { isOver.store(true, ordering: .relaxed) }
    var options = ScenarioRunOptions()
    options.isCancelled = { isOver.load(ordering: .relaxed) }
    return (terminal, ScenarioFile("a_spec.lua", sources).run(options), stepper)
  }

  @Test func `it says what comes before it comes`() {
    let (terminal, report, _) = run(["n", "service", "f", "p", "until 10s", "t 2", "c", ""])
    #expect(report.scenarios.map(\.outcome) == [.passed, .passed])
    let shown = terminal.shown
    #expect(shown.hasPrefix("\nlogs in (0x"))
    #expect(shown.contains("next: 5.000 s, in 5s: program 1 goes on\n(step) "))
    #expect(terminal.answer(to: "n").contains("next: 7.000 s, in 2s: the person approves\n"))
    #expect(
      terminal.answer(to: "service")
        == """
        service 1 (aws), 3 requests
          authorization B***-****: pending, since 0.000 s, until 600.000 s, every 5s
          1 client, 0 access tokens, 0 refresh tokens

        """.replacing("service 1", with: "service\nservice 1"))
    #expect(terminal.answer(to: "f").contains("  0600      4 /home/me/note\n"))
    #expect(terminal.answer(to: "p").contains("program 1 flow.lua runs\n"))
    #expect(terminal.answer(to: "until 10s").contains("next: 10.000 s, in 3s: program 1 goes on\n"))
    #expect(terminal.answer(to: "c").contains("next: 1.000 s, in 1s: the scenario goes on"))
  }

  @Test func `it says that a signal comes`() {
    let (terminal, _, _) = run(
      ["c"],
      """
      it("x", function()
        local svc = sim.service { device = { interval = 5 } }
        sim.run("flow.lua", { service = svc, signal = "TERM", signal_after = "2s" })
      end)
      """)
    #expect(terminal.shown.contains("next: 2.000 s, in 2s: program 1 gets SIGTERM\n"))
  }

  @Test func `it changes nothing`() {
    let (_, stepped, _) = run([String](repeating: "", count: 20))
    var playground = Playground.login
    playground.files["a_spec.lua"] = Self.login
    let plain = ScenarioFile("a_spec.lua", playground.sources).run(ScenarioRunOptions())
    #expect(stepped.scenarios.map(\.traceHash) == plain.scenarios.map(\.traceHash))
  }

  @Test(arguments: [["q"], []]) func `it ends with quit, and with the input`(lines: [String]) {
    let (terminal, report, stepper) = run(lines)
    #expect(stepper.hasQuit)
    // What was under way has no verdict.
    #expect(report.scenarios.isEmpty)
    #expect(terminal.shown.split(separator: "(step) ").count == 2)
  }

  @Test func `S39 it shows no secret`() {
    let (terminal, _, _) = run(
      ["f", "p", "s", "t", "c"],
      """
      it("keeps", function()
        local home = sim.home {}
        sim.run("flow.lua", { service = sim.service { approve = "auto" }, home = home })
        home:write(home:read "token", "x")
        sim.service {}.clock:advance "1s"
      end)
      """)
    #expect(terminal.shown.contains("next: "))
    #expect(!terminal.shown.contains("aoa"))
  }
}
