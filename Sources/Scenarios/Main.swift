//  Main.swift - the program ssoscript-test, which `ssoscript test` starts with its arguments.

internal import ArgumentParser
internal import EventLoop
internal import LiveWorld
internal import SSOScript

@main
struct TestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssoscript test", abstract: "Run scripted scenarios in a simulated world.",
    discussion: """
      Files are named *_spec.lua or *_test.lua; folders are searched for them.

      Exit status: 0 passed, 1 a scenario failed, 2 usage, or something cannot be written, 3 a file does not load, 4 flaky with \
      --fail-on-flaky, 5 not deterministic, 6 too little coverage, 7 nothing matched, 8 a secret \
      leaked, 130 or 143 interrupted.
      """)

  @Argument(
    help: ArgumentHelp("Files, FILE:LINE, and folders; default: scenarios.", valueName: "path"))
  var paths: [String] = []
  @OptionGroup(title: "Which scenarios") var selection: SelectionOptions
  @OptionGroup(title: "What they are given") var given: GivenOptions
  @OptionGroup(title: "How they run") var running: RunningOptions
  @OptionGroup(title: "Reports") var reporting: ReportOptions

  var places: [String] { paths.isEmpty ? ["scenarios"] : paths }

  static func main() {
    occupyClosedStreams()
    ThisProcess.ignoreWriteSignals()
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      if let complaint = EmptyOption.complaint(arguments) { throw ValidationError(complaint) }
      let completed = ChangedArgument.completed(
        CoverageArgument.completed(arguments), isThere: ThisProcess.isThere)
      let command = try parse(completed)
      try command.checkWhole()
      if !command.selection.merge.isEmpty {
        if let other = MergeArguments.first(besides: completed) {
          throw ValidationError("--merge runs nothing: \(other) does not go with it.")
        }
        ThisProcess.exit(CoverageMerge(command: command).run())
      }
      let session = try TestSession(command)
      ThisProcess.exit(session.run())
    } catch {
      let code = exitCode(for: error)
      if let end = error as? ExitCode { ThisProcess.exit(end.rawValue) }
      if code == .success { giveHelp(fullMessage(for: error)) }
      ThisProcess.writeLine(fullMessage(for: error), to: .error)
      ThisProcess.exit(2)
    }
  }

  /// Help, completions.
  private static func giveHelp(_ text: String) -> Never {
    do throws(DoorError) {
      try ThisProcess.writeData(text + "\n", to: .output)
      ThisProcess.exit(0)
    } catch {
      ThisProcess.writeLine("ssoscript test: \(error.message)", to: .error)
      ThisProcess.exit(2)
    }
  }
}
