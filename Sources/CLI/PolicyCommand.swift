//  PolicyCommand.swift - `ssoscript policy`: looks policies over, and says what they would do.

import ArgumentParser
import LiveWorld
import SSOOIDC
import SSOScript

struct PolicyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "policy", abstract: "Look at the policies of this site.",
    subcommands: [PolicyCheck.self, PolicyExplain.self])
}

struct PolicyCheck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check a policy file without obeying it.")

  @Argument(help: "The policy.", completion: .file(extensions: ["lua"]))
  var file: String

  func run() throws {
    let problems = PolicyWork.run { world, loop async throws(SSOError) in
      do throws(DoorError) {
        let source = try PolicyFiles.named(file, isTrusted: false)
        return await PolicyReport.problems(in: source, world, loop)
      } catch {
        throw SSOError(.door, .validation, error.message)
      }
    }
    for problem in problems { Standard.error(PrintableText.lines(problem.description)) }
    guard problems.isEmpty else { Standard.exit(.configuration) }
    Standard.error("\(file) is a policy")
  }
}

struct PolicyExplain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say which policies are in force, and what they would do about a sign-in.")

  @Option(help: "A profile of AWS's config file.")
  var profile: String?
  @Option(help: "A session of AWS's config file.")
  var ssoSession: String?
  @OptionGroup var policies: PolicyOptions
  @Option(help: "How it is written: text or json.")
  var format = DataFormat.text

  func run() throws {
    let config = ConfigFile.read(LiveEnvironment())
    let target = target(in: config)
    let sources = policies.sources()
    let report = PolicyWork.run { world, loop async throws(SSOError) in
      try await PolicyReport.make(sources, for: target, config: config, world, loop)
    }
    Standard.output(format == .json ? report.json : report.text)
    guard report.isAllowed else { Standard.exit(.notPermitted) }
  }

  /// The sign-in that is asked about, as login would find it; none if nobody named one and there is
  /// no usual one.
  private func target(in config: AWSConfig) -> SignInTarget? {
    let environment = LiveEnvironment()
    var names = TargetNames()
    names.profile = profile
    names.session = ssoSession
    let isNamed = !names.isEmpty || TargetNames.profile(of: environment.value) != nil
    do throws(SSOError) {
      return try names.target(environment: environment.value, config: config)
    } catch {
      guard isNamed else { return nil }
      Standard.error("ssoscript policy explain: \(error.message)")
      Standard.exit(error.code == .invalidParameter ? .usage : .configuration)
    }
  }
}
