//  GivenOptions.swift - the options of `ssoscript test` for what all scenarios are given.

internal import ArgumentParser

/// What is given to all scenarios.
struct GivenOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Profile of every sim.service that names none.", valueName: "name"))
  var serviceProfile: ProfileArgument?
  @Option(
    help: ArgumentHelp(
      "Faults of the catalogue in force in every scenario, such as N03,H12.", valueName: "ids"))
  var faults: [String] = []
  @Option(
    name: .customLong("var"),
    help: ArgumentHelp(
      "For sim.var; before --vars, and both before SSOSCRIPT_VAR_k.", valueName: "k=v"))
  var variables: [String] = []
  @Option(
    help: ArgumentHelp("Variables as one JSON object, or lines k=v.", valueName: "file"))
  var vars: [String] = []
  @Option(
    name: .customLong("secret"),
    help: ArgumentHelp(
      "For sim.secret, hidden in all that is written; k alone: it must be in --secrets or "
        + "SSOSCRIPT_SECRET_k.", valueName: "k=v"))
  var secretValues: [String] = []
  @Option(help: ArgumentHelp("Secrets, written as --vars are.", valueName: "file"))
  var secrets: [String] = []
}
