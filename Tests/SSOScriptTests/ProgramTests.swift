import SSOScript
import Testing

@Suite struct `A program that a script runs` {
  @Test(arguments: [
    (ProgramEnd(exitStatus: 0), "true\texit\t0\n"), (ProgramEnd(exitStatus: 7), "nil\texit\t7\n"),
    (ProgramEnd(signal: 9), "nil\tsignal\t9\n"),
  ])
  func `ends as Lua's manual has it for os.execute`(end: ProgramEnd, text: String) async throws {
    var stage = try Stage()
    stage.options.permissions.run = ["*"]
    stage.programs.end(end)
    #expect(try await stage.output(of: "print(os.execute { 'tool' })") == text)
  }

  @Test(arguments: ["os.execute", "io.popen"])
  func `is an error when it cannot be started, which names it once`(function: String) async throws {
    var stage = try Stage()
    stage.options.permissions.run = ["*"]
    let failure = try await stage.failure(of: "\(function) { 'missing' }")
    #expect(failure.message == "\(function): missing: No such file or directory")
  }
}
