//  TimelineTests.swift - scenarios with more events than are kept.

import SSOScript
import Testing

@testable import SSOScenario

@Suite struct `A time line with more events than are kept` {
  /// What people do with each third event.
  private static func events(_ count: Int, limit: Int) -> KeptEvents {
    var events = KeptEvents(limit: limit)
    for number in 0..<count {
      events.append(
        TimelineEvent(
          time: .seconds(number), actor: number % 3 == 0 ? "person" : "flow", text: "\(number)"))
    }
    return events
  }

  @Test(arguments: [
    (0, 9, ""), (1, 9, "0"), (3, 9, "0 1 2"), (5, 2, "3 4"), (6, 9, "0 1 2 3 4 5"),
    (7, 9, "0 1 2 | 1 event not kept | 4 5 6"), (8, 4, "1 event not kept | 5 6 7"),
    (100, 0, ""), (100, 2, "98 99"), (100, 3, "97 98 99"),
    (100, 13, "10 events not kept | 97 98 99"),
    (100, 98, "2 | 94 events not kept | 97 98 99"),
    (101, .max, "0 1 2 | 95 events not kept | 98 99 100"),
  ])
  func `has both ends, and says what is not between them`(
    count: Int, wanted: Int, shown: String
  ) {
    let events = Self.events(count, limit: 3)
    let words = events.last(wanted).map { $0.actor == "…" ? "| \($0.text) |" : $0.text }
      .joined(separator: " ")
    #expect(words.trimmingPrefix("| ") == shown)
    #expect(events.count == count)
  }

  @Test(arguments: [1, 6, 7, 100]) func `forgets no text, and nothing that people did`(count: Int) {
    let events = Self.events(count, limit: 3)
    #expect(events.texts == Set((0..<count).map(String.init)))
    #expect(events.acts == stride(from: 0, to: count, by: 3).map(String.init))
  }

  /// A login between two times twenty programs that are started.
  private static let busy: Library = {
    var library = Library(files: Playground.login.files)
    library.files["/flow.lua"] = """
      for i = 1, 20 do os.execute { "tell", "before " .. i } end
      local exit = os.exit
      os.exit = function()
        os.execute { "tell", io.open("token"):read "a" }
        for i = 1, 20 do os.execute { "tell", "after " .. i } end
        exit(9)
      end
      \(library.files["flow.lua"] ?? "")
      """
    library.files["/busy_spec.lua"] = """
      it("logs in", function()
        local svc = sim.service {}
        svc:person():at("7s"):approves()
        local run = sim.run("flow.lua", { service = svc, home = sim.home {}, programs = { tell = "" } })
        assert.exit(run, 0)
      end)
      """
    return library
  }()

  @Test func `is searched for secrets where they are not kept`() {
    let report = Self.busy.run { $0.keptEvents = 3 }
    let leaks = report.scenarios[0].leaks
    #expect(leaks.count == 1 && leaks[0].contains("tell <secret>"), "\(report.scenarios[0])")
    #expect(report.exitStatus(SuiteDemands()) == 8)
  }

  @Test func `counts for the protocol's rules where they are not kept`() {
    let rules = { (limit: Int) in
      Self.busy.run { ($0.keptEvents, $0.coverage) = (limit, .usual) }.scenarios[0].rules
    }
    #expect(rules(3).contains("R8628-11"))
    #expect(rules(3) == rules(1000))
  }

  @Test func `ends with the last events in reports and traces, and these name the gap`() throws {
    let run = { (shown: Int?, kept: Int) in
      Self.busy.run { ($0.eventCount, $0.keptEvents) = (shown, kept) }.scenarios[0]
    }
    let (all, short) = (run(nil, 1000), run(nil, 15))
    #expect(run(12, 15).events == all.events.suffix(12))
    #expect(all.events.last?.text == "ends with 9")
    #expect(Array(short.events.prefix(15)) == Array(all.events.prefix(15)))
    #expect(Array(short.events.suffix(15)) == Array(all.events.suffix(15)))
    #expect(short.traceHash == all.traceHash)
    let trace = TraceText.text(short)
    #expect(trace.contains("s  …        \(all.events.count - 30) events not kept\n"), "\(trace)")
    #expect(trace.contains("after 20") && !trace.contains("before 20"))
  }

  @Test(arguments: [
    (2, 20, "event 2:\n  first       0.000 s  clock    jumps by 1s\n"),
    (10, 20, "among the events 4 to 17, which are not kept"),
    (19, 20, "event 19, behind events that are not kept:\n  first       0.000 s  clock    jumps"),
    (0, 21, "event 21, behind events that are not kept:\n  first  (nothing)\n  second"),
  ])
  func `tells where two runs part`(place: Int, second: Int, words: String) throws {
    let library = Library(files: [
      "/a_spec.lua": """
      local count = 0
      it("counts", function()
        count = count + 1
        local home = sim.home {}
        for i = 1, count == 1 and 20 or \(second) do
          home.clock:jump((i == \(place) and count or 1) .. "s")
        end
      end)
      """
    ])
    let report = library.run(jobs: 1) { ($0.keptEvents, $0.checksDeterminism) = (3, true) }
    let difference = try #require(report.scenarios[0].difference)
    #expect(difference.contains(words), "\(difference)")
  }
}
