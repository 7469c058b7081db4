//  LibraryRun.swift - the second example of docs/library.md, letter by letter.

import EventLoop
import LiveWorld
import SSOScript

func run(_ source: String) throws -> ScriptRunner.End {
  let loop = try EventLoop()
  let environment = LiveEnvironment()
  var options = ScriptOptions()
  options.permissions.read = ["/etc/hostname"]
  options.timeout = .seconds(60)
  let system = ScriptSystem(
    world: .live(loop: loop, environment: environment), options: options, loop: loop)
  let runner = ScriptRunner(loop: loop, system: system, timeout: options.timeout)
  return try runner.run(Array(source.utf8), name: "=example") { _, _ in
    fatalError("the script did not stop")
  }
}
