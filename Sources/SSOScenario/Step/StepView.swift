//  StepView.swift - a scenario under way, as a person sees it between two steps; without secrets.

internal import IdentityService
internal import StrictJSON

struct StepView {
  private let stage: ScenarioStage
  private let search: SecretSearch

  init(_ stage: ScenarioStage) {
    self.stage = stage
    search = SecretSearch(stage)
  }

  /// What a command that asks for something shows.
  func text(_ command: StepCommand) -> String {
    switch command {
    case .timeline(let count): text(stage.timeline.events.last(count))
    case .service: lines(stage.services.enumerated().flatMap(Self.service), "no service")
    case .processes: lines(stage.processes.map(Self.process), "no program")
    case .files: lines(stage.homes.enumerated().flatMap(Self.home), "no machine")
    case .help: StepCommand.helpText + "\n"
    case .next, .run, .until, .quit: ""
    }
  }

  func text(_ events: [TimelineEvent]) -> String { lines(events.map(\.line)) }

  /// What happens when time moves on.
  func move(to moment: Duration) -> String {
    let wait = ReportText.virtual(moment - stage.time.elapsed)
    var expected = stage.expected(at: moment)
    // What is left are the sleeps of programs.
    if expected.isEmpty {
      let alive = stage.processes.filter(\.isAlive).map { "program \($0.number)" }
      expected = alive.isEmpty ? [] : ["\(alive.joined(separator: " or ")) goes on"]
    }
    let what = expected.isEmpty ? "something that waits" : expected.joined(separator: "; ")
    return lines(["next: \(TimelineEvent.seconds(moment)) s, in \(wait): \(what)"])
  }

  private func lines(_ lines: [String], _ nothing: String? = nil) -> String {
    let lines = lines.isEmpty ? nothing.map { [$0] } ?? [] : lines
    return lines.map { ReportText.printable(search.cleaned($0)) + "\n" }.joined()
  }

  // MARK: Parts

  private static func service(_ number: Int, _ service: SimulatedService) -> [String] {
    let head = "service \(number + 1) (\(service.profile.name)), \(service.calls.count) requests"
    return [head] + service.standing.map { "  \($0)" }
  }

  private static func process(_ process: SimulatedProcess) -> String {
    let words = process.standardError.byteLines.last { !$0.isEmpty }.map { ": \($0)" } ?? ""
    let state = process.hasEnded ? "has ended" : "runs"
    return "program \(process.number) \(process.path) \(state)\(words)"
  }

  private static func home(_ number: Int, _ home: SimulatedHome) -> [String] {
    let rows = home.disk.look { tree in
      tree.nodes.sorted { $0.key < $1.key }.compactMap { path, node -> String? in
        let mode = "0" + String(node.mode, radix: 8)
        switch node.content {
        case .folder: return nil
        case .link(let target): return "  \(mode)        \(path) -> \(target)"
        case .pipe: return "  \(mode)        \(path) |"
        case .file(let bytes):
          let size = String(bytes.count)
          return "  \(mode) "
            + String(repeating: " ", count: max(0, 6 - size.count)) + "\(size) \(path)"
        }
      }
    }
    return ["machine \(number + 1), \(rows.isEmpty ? "no files" : "mode, bytes, path")"] + rows
  }
}

extension SimulatedService {
  /// What it remembers, in words; codes are masked.
  var standing: [String] {
    let (now, start) = (clock.now.serviceTime, stage.time.start.serviceTime)
    let moment = { (time: ServiceTime) in TimelineEvent.seconds(time - start) + " s" }
    return state { state in
      let flows = state.flows.values.sorted {
        ($0.started, $0.clientID) < ($1.started, $1.clientID)
      }
      let authorizations = flows.map { flow in
        let code = "\(flow.userCode.display.prefix(1))***-****"
        return "authorization \(code): \(flow.standing(at: now)), since \(moment(flow.started)), "
          + "until \(moment(flow.expires)), every \(ScenarioDuration.text(flow.interval))"
      }
      let counts = [
        (state.clients.count, "client"), (state.accessTokens.count, "access token"),
        (state.refreshTokens.count, "refresh token"),
      ]
      return authorizations
        + [counts.map { ReportText.count($0.0, $0.1) }.joined(separator: ", ")]
    }
  }
}
