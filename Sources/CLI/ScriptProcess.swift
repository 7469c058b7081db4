//  ScriptProcess.swift - a script as this process: run it, say how it ended, exit.

import EventLoop
import LiveWorld
import LuaEngine
import SSOOIDC
import SSOScript

/// Runs one script and ends the process with its exit status.
struct ScriptProcess {
  let options: ScriptOptions
  let environment: LiveEnvironment
  let trace: String?

  func run(_ script: Script) -> Never {
    // A second signal must not cut off what is said of the end.
    _ = SignalWatch()
    do throws(EventLoopError) {
      let loop = try EventLoop()
      let secrets = SecretKeeper()
      var world = World.live(loop: loop, environment: environment)
      if let trace { world.transport = tracing(world.transport, to: trace, secrets) }
      let system = ScriptSystem(world: world, options: options, secrets: secrets, loop: loop)
      let runner = ScriptRunner(loop: loop, system: system, timeout: options.timeout)
      let builtIn = script.isBuiltIn ? script.path : nil
      let end = try runner.run(script.source, name: script.chunkName) { reason, signal in
        Standard.error(EndReport.overdue(reason, builtIn: builtIn))
        ThisProcess.exit(signal.map { 128 + $0 } ?? ExitStatus.limit.rawValue)
      }
      let report = EndReport(
        end.outcome, signalStatus: end.signal.map { 128 + $0 }, of: script.source,
        builtIn: builtIn, hiding: secrets)
      Self.exit(with: report)
    } catch {
      Standard.error("ssoscript: \(error)")
      Standard.exit(.scriptFailed)
    }
  }

  private func tracing(
    _ transport: any HTTPTransport, to path: String, _ secrets: SecretKeeper
  ) -> any HTTPTransport {
    do throws(DoorError) {
      let file = try TraceFile(path) { failure in
        Standard.error("ssoscript: --trace: \(failure); the trace is not complete")
      }
      return TracingTransport(transport, to: file, secrets: secrets)
    } catch {
      Standard.error("ssoscript: --trace: \(error.message)")
      Standard.exit(.configuration)
    }
  }

  private static func exit(with report: EndReport) -> Never {
    if let text = report.text { Standard.error(text) }
    ThisProcess.exit(report.status)
  }
}
