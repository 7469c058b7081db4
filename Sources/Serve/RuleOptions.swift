//  RuleOptions.swift - the options of `ssoscript serve` about whose rules it keeps.

internal import ArgumentParser
internal import IdentityService

/// Whose habits to imitate, and where.
struct RuleOptions: ParsableArguments {
  @Option(
    help: """
      aws (JSON, as IAM Identity Center) or rfc (forms and metadata, for generic OAuth clients).
      """)
  var profile = ProfileName.aws
  @Flag(help: "Print how the profiles differ, and end.")
  var explainProfile = false
  @Option(help: "The AWS region that it is in.")
  var region = "us-east-1"

  func validate() throws {
    let isRegion = region.wholeMatch(of: /[a-z]{2,}(-[a-z0-9]+){1,6}/) != nil
    guard isRegion, region.utf8.count <= 63 else {
      throw ValidationError("--region must be the name of a region, such as us-east-1.")
    }
  }
}

/// The value of `--profile`.
enum ProfileName: String, ExpressibleByArgument, CaseIterable {
  case aws, rfc

  var profile: Profile { self == .aws ? .aws : .rfc }
}
