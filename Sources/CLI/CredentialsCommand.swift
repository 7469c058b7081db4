//  CredentialsCommand.swift - `ssoscript credentials`: keys of a role for other programs.

import ArgumentParser
import LiveWorld
import SSOOIDC
import SSOScript

struct CredentialsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "credentials", abstract: "Give role credentials to other programs.",
    discussion: """
      In AWS's config file: credential_process = ssoscript credentials --profile NAME
      With --all: a profile for every account and role one can reach.
      """)

  @OptionGroup var target: TargetOptions
  @Option(
    name: .customLong("account-id"),
    help: ArgumentHelp("In place of the profile's account.", valueName: "digits"))
  var accountID: String?
  @Option(help: ArgumentHelp("In place of the profile's role.", valueName: "name"))
  var roleName: String?
  @Option(help: "How they are written: process, env, powershell, fish or json.")
  var format: CredentialsFormat?
  @OptionGroup var flow: FlowOptions
  @Flag(help: "Get new keys though the cached ones are good.")
  var force = false
  @Flag(help: "Write profiles for all accounts and roles.")
  var all = false
  @Option(
    help: ArgumentHelp("A Lua module that names them, with --all.", valueName: "file"),
    completion: .file(extensions: ["lua"]))
  var template: String?
  @Flag(help: "Put them into AWS's config file, with --all.")
  var write = false
  @OptionGroup var common: BuiltInOptions

  func validate() throws {
    guard !all || (accountID == nil && roleName == nil && format == nil) else {
      throw ValidationError("--account-id, --role-name and --format go with one role, not --all.")
    }
    guard !all || !force else {
      throw ValidationError("--all asks anew in any case; --force goes with one role.")
    }
    if let template { try TemplateFile.check(template) }
  }

  func run() throws {
    try target.checkWhole()
    guard all || (template == nil && !write) else {
      throw ValidationError("--template and --write go with --all.")
    }
    guard !common.printScript else { return BuiltInFlow.credentials.print() }
    var words = ScriptWords()
    target.apply(to: &words)
    words.add("account-id", accountID)
    words.add("role-name", roleName)
    words.add("format", format?.rawValue)
    flow.apply(to: &words)
    words.add("force", force)
    words.add("all", all)
    words.add("write", write)
    let module = template.map(TemplateFile.module)
    words.add("template", module?.name)
    var settings = common.settings(target)
    settings.reachesTerminal = !all
    if write, let config = AWSConfig.path(environment: LiveEnvironment().value) {
      // The file, and the new one that takes its place.
      let path = ThisProcess.canonical(config)
      settings.writtenFiles = [path, ConfigDraft.path(for: path)]
    }
    BuiltInFlow.credentials.run(words.words, settings, modulesIn: module?.folder)
  }
}

/// What reads the credentials.
enum CredentialsFormat: String, ExpressibleByArgument, CaseIterable {
  case process, env, powershell, fish, json
}
