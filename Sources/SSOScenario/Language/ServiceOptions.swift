//  ServiceOptions.swift - what sim.service is told, as a service.

internal import IdentityService
internal import LuaEngine
internal import SSOOIDC
internal import SSOScript

enum ServiceOptions {
  private static let known = [
    "profile", "start", "device", "token", "session", "registration", "role", "approve", "latency",
    "jitter", "start_urls", "behaviour", "directory",
  ]

  static func make(
    _ value: LuaValue, on stage: ScenarioStage, _ sources: ScenarioSources
  ) throws(ScriptFailure) -> SimulatedService {
    let options = try OptionTable(value, "sim.service", known: known)
    if let text = try options.text("start") {
      guard let start = Timestamp(rfc3339: text) else {
        throw .misuse("sim.service: start: write a time such as 2026-01-01T00:00:00Z")
      }
      stage.time.begin(at: start)
    }
    let service = SimulatedService(
      try configuration(options, sources.settings),
      latency: try options.duration("latency") ?? .zero,
      jitter: try options.duration("jitter") ?? .zero, on: stage,
      makeRules: sources.makeRules,
      page: sources.pages?(
        RecordingPlace(
          scenario: stage.number, seed: stage.seed, service: stage.services.count + 1)))
    stage.add(service)
    if options["profile"] == .nil { stage.use { $0.profile = sources.settings.profile } }
    for plan in sources.settings.plans { service.addStanding(plan) }
    return service
  }

  private static func configuration(
    _ options: OptionTable, _ settings: ScenarioSettings
  ) throws(ScriptFailure) -> ServiceConfiguration {
    var configuration = ServiceConfiguration()
    configuration.origin = "https://device.sso.us-east-1.amazonaws.com"
    configuration.codeOrigin = .seeded
    configuration.signatureTolerance = nil
    configuration.profile = try profile(options, settings)
    configuration.startURLs = try options.texts("start_urls")
    if let directory = try DirectoryTable.read(options) { configuration.directory = directory }
    try readDevice(options, &configuration)
    try readToken(options, &configuration)
    for (name, path) in lifetimes {
      let inner = try options.inner(name, known: ["expires_in"])
      if let time = try lifetime(inner, "expires_in") { configuration[keyPath: path] = time }
    }
    configuration.approval = try approval(options)
    return configuration
  }

  private static var lifetimes: [(String, WritableKeyPath<ServiceConfiguration, Duration>)] {
    [
      ("session", \.sessionLifetime), ("registration", \.registrationLifetime),
      ("role", \.roleLifetime),
    ]
  }

  private static func profile(
    _ options: OptionTable, _ settings: ScenarioSettings
  ) throws(ScriptFailure) -> Profile {
    let name = try options.text("profile") ?? settings.profile ?? "aws"
    guard let profile = Profile.all.first(where: { $0.name == name }) else {
      let names = ScenarioSettings.profiles.joined(separator: " or ")
      throw .misuse("sim.service: profile: \(names), not \"\(name.prefix(40))\"")
    }
    return profile
  }

  private static func readDevice(
    _ options: OptionTable, _ configuration: inout ServiceConfiguration
  ) throws(ScriptFailure) {
    let device = try options.inner("device", known: ["expires_in", "interval", "user_code"])
    if let time = try lifetime(device, "expires_in") { configuration.codeLifetime = time }
    if let interval = try device.duration("interval") { configuration.interval = interval }
    guard let text = try device.text("user_code") else { return }
    guard let code = UserCode(typed: text) else {
      throw .misuse(
        "sim.service: device: user_code: eight letters of BCDFGHJKLMNPQRSTVWXZ, as in BCDF-GHJK")
    }
    configuration.wantedUserCode = code
  }

  private static func readToken(
    _ options: OptionTable, _ configuration: inout ServiceConfiguration
  ) throws(ScriptFailure) {
    let token = try options.inner("token", known: ["expires_in", "refresh", "reuse_grace"])
    configuration.tokenLifetime = try lifetime(token, "expires_in")
    if let grace = try token.duration("reuse_grace") { configuration.refreshGrace = grace }
    let refresh = try token.text("refresh") ?? "rotate"
    guard refresh == "rotate" else {
      throw .misuse("sim.service: token: refresh: only \"rotate\", as the real service does")
    }
  }

  private static func lifetime(
    _ options: OptionTable, _ name: String
  ) throws(ScriptFailure) -> Duration? {
    let time = try options.duration(name)
    guard time != .zero else { throw .misuse("\(options.place): \(name) must be more than 0") }
    return time
  }

  private static func approval(_ options: OptionTable) throws(ScriptFailure) -> Approval {
    switch options["approve"] {
    case .nil, "manual": return .manual
    case "auto": return .after(.zero)
    default: return .after(try options.duration("approve") ?? .zero)
    }
  }
}
