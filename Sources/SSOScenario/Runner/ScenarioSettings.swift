//  ScenarioSettings.swift - what a command line gives to every scenario. Pure.
//
//  Knows: a profile for services, variables and secrets by name, faults that are in force everywhere.
//  Does not know: where values come from (GivenValues).

internal import IdentityService
internal import SSOOIDC
internal import SSOScript

/// What holds in every scenario besides what it says itself.
public struct ScenarioSettings: Sendable, Equatable {
  /// The names that ``profile`` can have.
  public static let profiles = Profile.all.map(\.name)

  /// Of each `sim.service` that names none; `nil` for `aws`.
  public var profile: String?
  /// For `sim.var`.
  public var variables: [String: String] = [:]
  /// For `sim.secret`; hidden in everything that is written.
  public var secrets: [String: String] = [:]
  /// Hidden like ``secrets``, and not for `sim.secret`.
  private var others: Set<String> = []
  /// Ids of the catalogue, in force besides the scenario's own faults.
  public var faults: [String] = []

  /// Gives nothing.
  public init() {}

  /// Reads ids or kinds of faults such as `N03,H12`.
  ///
  /// - Returns: Ids, each once.
  /// - Throws: ``GivenValueError`` that names the nearest fault there is.
  public static func faults(_ list: String) throws(GivenValueError) -> [String] {
    var ids: [String] = []
    for word in list.split(separator: ",", omittingEmptySubsequences: false) {
      let id = try fault(String(word))
      if !ids.contains(id) { ids.append(id) }
    }
    return ids
  }

  private static func fault(_ word: String) throws(GivenValueError) -> String {
    guard !word.isEmpty else {
      throw GivenValueError("a name is missing; write ids of the catalogue, such as N03,H12")
    }
    let all = FaultCatalogue.all.map(\.id)
    let known =
      all.first { $0.lowercased() == word.lowercased() } ?? FaultCatalogue.id(ofKind: word)
    if let known {
      if let advice = FaultAdvice.standing(known) { throw GivenValueError(advice) }
      return known
    }
    let kinds = FaultCatalogue.kinds
    if let advice = FaultAdvice.ofServices(word) { throw GivenValueError(advice) }
    let near = Spelling.nearest(to: word, among: all + kinds) ?? nearest(to: word, among: all)
    throw GivenValueError(
      "unknown fault \"\(word.prefix(40))\" (did you mean \(near)?); ids are those of the "
        + "catalogue, such as N08")
  }

  /// Of ids with the same letter, the one with the nearest number; else the first.
  private static func nearest(to word: String, among ids: [String]) -> String {
    let number = Int(word.drop { !$0.isASCII || !$0.isNumber }.prefix { $0.isNumber }) ?? 0
    let letter = word.first.map { String($0).uppercased() } ?? ""
    let distance = { (id: String) in
      abs((Int(id.dropFirst().prefix { $0.isNumber }) ?? 0) - number)
    }
    return ids.filter { $0.hasPrefix(letter) }.min { distance($0) < distance($1) } ?? ids[0]
  }

  /// Hides the secrets in texts that are no scenario's.
  var keeper: SecretKeeper {
    let keeper = SecretKeeper()
    remember(in: keeper)
    return keeper
  }

  var hidesSecrets: Bool { !(secrets.isEmpty && others.isEmpty) }

  func remember(in keeper: SecretKeeper) {
    for secret in others.union(secrets.values) { keeper.rememberTyped(secret) }
  }
}

/// What of the settings a run has used, so that they have to be given again.
public struct UsedSettings: Sendable, Equatable {
  /// Of a service that named none.
  public var profile: String?
  /// In force.
  public var faults: [String] = []
  /// Those that were asked for.
  public var variables: [String: String] = [:]
  /// Their names.
  public var secrets: Set<String> = []
  /// Names of variables that held a secret, so that their value cannot be kept.
  public var masked: Set<String> = []
  /// Of a flow without a limit of its own, where it is not the usual one.
  public var virtualLimit: Duration?
  /// As `--world` names it, where it is not the simulation.
  public var world: String?

  /// Nothing.
  public init() {}

  /// Options of a command line, with the names of secrets alone.
  var options: [String] {
    var words = world.map { ["--world", $0] } ?? []
    if let virtualLimit { words += ["--sim-limit", ScenarioDuration.text(virtualLimit)] }
    if let profile { words += ["--service-profile", profile] }
    if !faults.isEmpty { words += ["--faults", faults.joined(separator: ",")] }
    for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
      words += ["--var", "\(name)=\(value)"]
    }
    for name in secrets.sorted() { words += ["--secret", name] }
    return words
  }

  /// Of each fault in force, its id and what it is.
  var faultLines: [String] {
    faults.map { id in
      let summary = FaultCatalogue.all.first { $0.id == id }?.summary ?? ""
      return "\(id) \(summary) (--faults)"
    }
  }

  /// This, and what another part of the same run has used.
  func union(_ other: UsedSettings) -> UsedSettings {
    var union = self
    union.profile = profile ?? other.profile
    union.virtualLimit = virtualLimit ?? other.virtualLimit
    union.world = world ?? other.world
    union.variables.merge(other.variables) { mine, _ in mine }
    union.secrets.formUnion(other.secrets)
    union.masked.formUnion(other.masked)
    return union
  }

  /// Without secrets that stand in variables.
  mutating func clean(_ search: SecretSearch) {
    for (name, value) in variables {
      let clean = search.cleaned(value)
      guard clean != value else { continue }
      variables[name] = clean
      masked.insert(name)
    }
  }
}

extension ScenarioSettings {
  /// What a saved failure was run with, and nothing else, so that the failure comes again; values
  /// that could not be saved are those given now.
  ///
  /// - Throws: ``GivenValueError`` when one of these is missing.
  func with(_ used: UsedSettings) throws(GivenValueError) -> ScenarioSettings {
    var settings = self
    (settings.profile, settings.faults) = (used.profile, used.faults)
    settings.variables = used.variables
    for name in used.masked.sorted() {
      guard let value = variables[name] else {
        throw GivenValueError(
          "it needs the variable \"\(name)\", which holds a secret and is not saved: "
            + GivenValues.Kind.variable.ways(name))
      }
      settings.variables[name] = value
    }
    settings.others.formUnion(secrets.values)
    settings.secrets = secrets.filter { used.secrets.contains($0.key) }
    for name in used.secrets.sorted() where secrets[name] == nil {
      throw GivenValueError(
        "it needs the secret \"\(name)\": \(GivenValues.Kind.secret.ways(name))")
    }
    return settings
  }
}
