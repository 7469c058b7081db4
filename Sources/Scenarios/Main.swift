//  Main.swift - the program ssoscript-test, which `ssoscript test` starts with its arguments.
//
//  Knows: exit codes (0 passed, 1 failed, 2 usage, 3 a file does not load, 7 nothing matched).

internal import ArgumentParser
internal import LiveWorld
internal import SSOScenario
internal import SSOScript

@main
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssoscript test", abstract: "Run scripted scenarios in a simulated world.",
    discussion: "Files are named *_spec.lua or *_test.lua; folders are searched for them.")

  @Argument(help: "Files and folders.")
  var paths = ["scenarios"]
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Only names with this in them.", valueName: "text"))
  var filter: String?
  @Flag(name: .shortAndLong, help: "Name the scenarios, and run none.")
  var list = false
  @Option(help: "From which every scenario's chance is made.")
  var seed = Seed(number: 1)
  @Option(
    help: ArgumentHelp("Seeds for each property, in place of its own number.", valueName: "n"))
  var seeds: Int?
  @Option(help: ArgumentHelp("Run once, with the seed of a report.", valueName: "seed"))
  var replay: Seed?
  @Option(help: ArgumentHelp("Real seconds for one scenario with one seed.", valueName: "seconds"))
  var timeout = 10.0

  static func main() {
    do {
      let command = try parse()
      try command.run()
    } catch {
      let code = exitCode(for: error)
      guard code != .success, !(error is ExitCode) else { exit(withError: error) }
      ThisProcess.writeLine(fullMessage(for: error), to: .error)
      ThisProcess.exit(2)
    }
  }

  func validate() throws {
    guard timeout > 0, timeout < 1e6 else {
      throw ValidationError("--timeout must be more than 0 seconds.")
    }
    guard seeds.map({ (1...1_000_000_000).contains($0) }) ?? true else {
      throw ValidationError("--seeds must be at least 1.")
    }
  }

  func run() throws {
    let files = ScenarioPaths.find(paths)
    if let missing = files.missing {
      ThisProcess.writeLine("ssoscript test: there is no \(missing)", to: .error)
      ThisProcess.exit(2)
    }
    let sources = ScenarioSources(
      read: { path throws(DoorError) in try ThisProcess.read(path, limit: 1 << 20) },
      canonical: ThisProcess.canonical)
    let reports = files.found.map { report(on: ScenarioFile($0, sources)) }
    if !list { ThisProcess.writeLine(PlainReport.summary(reports), to: .output) }
    ThisProcess.exit(status(reports))
  }

  private func report(on file: ScenarioFile) -> ScenarioFileReport {
    let report = list ? selected(file.list()) : file.run(options) { PlainReport.write($0) }
    if list { PlainReport.writeNames(report) }
    if let failure = report.loadFailure {
      ThisProcess.writeLine("\(report.file) does not load:\n\(failure)", to: .error)
    }
    return report
  }

  private func selected(_ report: ScenarioFileReport) -> ScenarioFileReport {
    var report = report
    report.scenarios = report.scenarios.filter(options.selects)
    return report
  }

  private var options: ScenarioRunOptions {
    var options = ScenarioRunOptions()
    options.seed = seed.number
    options.seeds = seeds
    options.replay = replay?.number
    options.timeout = .milliseconds(Int64(timeout * 1000))
    if let filter { options.selects = { $0.name.contains(filter) } }
    return options
  }

  private func status(_ reports: [ScenarioFileReport]) -> Int32 {
    if reports.contains(where: { $0.loadFailure != nil }) { return 3 }
    let scenarios = reports.flatMap(\.scenarios)
    guard !scenarios.isEmpty else {
      ThisProcess.writeLine("ssoscript test: no scenario matches", to: .error)
      return 7
    }
    return list || scenarios.allSatisfy { $0.outcome == .passed } ? 0 : 1
  }
}

/// A seed: decimal, or hexadecimal after `0x`.
struct Seed: ExpressibleByArgument {
  var number: UInt64

  init(number: UInt64) { self.number = number }

  init?(argument: String) {
    let hexadecimal = argument.hasPrefix("0x") ? UInt64(argument.dropFirst(2), radix: 16) : nil
    guard let number = hexadecimal ?? UInt64(argument) else { return nil }
    self.number = number
  }

  var defaultValueDescription: String { String(number) }
}
