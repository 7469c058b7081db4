//  ConfigModule.swift - sso.config: what stands in AWS's config file about signing in.

import LuaEngine
import SSOOIDC

extension API {
  static let configFunctions: [APIFunction] = [
    APIFunction(
      "sso.config", "target", "Tells what a profile or a session says about signing in.",
      .named(
        targetParameters + [
          APIParameter("account_id", .string, required: false, "In place of the profile's."),
          APIParameter("role_name", .string, required: false, "In place of the profile's."),
        ]),
      results: "{ startUrl, region, session, scopes, accountId, roleName }",
      errors: ["InvalidConfigError"],
      example: "local target = sso.config.target { profile = \"dev\" }",
      { arguments, host throws(ScriptFailure) in
        .value(.table(LuaTable(try host.target(arguments))))
      }),
    APIFunction(
      "sso.config", "profiles", "Lists the profiles that sign in by SSO.", .positional([]),
      results: "a list of { profile, startUrl, region, session, scopes, accountId, roleName }",
      { _, host throws(ScriptFailure) in
        let config = host.options.config
        let tables = config.profiles.compactMap { section in
          (try? SignInTarget.profile(section.name, in: config)).map { target in
            LuaValue.table(LuaTable(target, profile: section.name))
          }
        }
        return .value(.table(LuaTable(items: tables, kind: .list)))
      }),
    APIFunction(
      "sso.config", "sessions",
      "Lists everything one can sign in to: sessions, and start URLs of profiles without one.",
      .positional([]), results: "a list of { startUrl, region, session, scopes }",
      { _, host throws(ScriptFailure) in
        let tables = host.options.config.signInTargets.map { LuaValue.table(LuaTable($0)) }
        return .value(.table(LuaTable(items: tables, kind: .list)))
      }),
    APIFunction(
      "sso.config", "problems",
      "Tells what is wrong with sections that name a place to sign in to and that cannot be used; "
        + "lists, sso.status and sso.logout leave them out.",
      .positional([]), results: "a list of sentences, each of which names its section",
      { _, host throws(ScriptFailure) in
        let sentences = host.options.config.signInProblems.map { LuaValue.string($0.message) }
        return .value(.table(LuaTable(items: sentences, kind: .list)))
      }),
    APIFunction(
      "sso.config", "profile_sections",
      "Makes config file sections for many roles, and can put them into the file.",
      .named(
        targetParameters + [
          APIParameter(
            "profiles", .list(.table),
            "{ name, accountId, roleName }, and further keys as `region`."),
          APIParameter(
            "write", .boolean, default: "false",
            "Replace those that were written before, in AWS's config file; waits for others that do."
          ),
        ]),
      results: "the sections as text", errors: ["InvalidConfigError", "DoorError"],
      permission: .write, suspends: true,
      { arguments, host throws(ScriptFailure) in
        let sections = try host.profileSections(arguments)
        guard arguments.boolean("write") == true else { return .value(.string(sections.text)) }
        return .ask(.writeProfiles(sections, into: try host.configPath()))
      }),
  ]
}

extension ScriptHost {
  fileprivate func profileSections(
    _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> ProfileSections {
    guard case .table(let list) = arguments["profiles"] else { throw .misuse("no profiles") }
    var profiles: [ProfileSections.Profile] = []
    for (index, item) in list.items.enumerated() {
      profiles.append(try Self.profile(item, "profiles[\(index + 1)]"))
    }
    let target = try target(arguments)
    return try ScriptFailure.wrapping { () throws(SSOError) in
      try ProfileSections(profiles, of: target)
    }
  }

  private static func profile(
    _ value: LuaValue, _ place: String
  ) throws(ScriptFailure) -> ProfileSections.Profile {
    guard case .table(let table) = value, case .string(let name) = table["name"],
      case .string(let account) = table["accountId"], case .string(let role) = table["roleName"]
    else {
      throw .misuse(
        "sso.config.profile_sections: \(place): name, accountId and roleName must be strings")
    }
    var profile = ProfileSections.Profile(name: name, accountID: account, roleName: role)
    for field in table.ordered {
      guard case .string(let key) = field.key, case .string(let value) = field.value else {
        throw .misuse("sso.config.profile_sections: \(place): settings are strings by name")
      }
      if !["name", "accountId", "roleName"].contains(key) {
        profile.settings.append((key, value))
      }
    }
    return profile
  }

  fileprivate func configPath() throws(ScriptFailure) -> String {
    guard let path = AWSConfig.path(environment: world.environment.value) else {
      throw .failed(
        .invalidConfiguration, .validation, "AWS_CONFIG_FILE is not set, and HOME names no folder")
    }
    return world.files.canonical(path)
  }

  /// Puts sections into a config file.
  ///
  /// A new file takes the old one's place, so that a crash leaves one of the two. Only who has made that
  /// file reads the old one: of many that write at once, none loses what another one has written.
  func write(
    _ sections: ProfileSections, into path: String
  ) async throws(ScriptFailure) -> LuaValue {
    let draft = ConfigDraft(path: path, files: world.files, clock: world.clock)
    let file = try await draft.open()
    do throws(ScriptFailure) {
      let new = Array(try text(of: path, with: sections).utf8)
      try ScriptFailure.wrapping(ConfigDraft.operation) { () throws(DoorError) in
        try file.write(new)
        try file.sync()
        // Open until then: a draft that nobody has open is taken for one that was left.
        try draft.takePlace()
        try file.close()
      }
    } catch {
      draft.remove()
      try? file.close()
      throw error
    }
    return .string(sections.text)
  }

  private func text(
    of path: String, with sections: ProfileSections
  ) throws(ScriptFailure) -> String {
    let old = try ScriptFailure.wrapping(ConfigDraft.operation) { () throws(DoorError) in
      try oldConfig(path)
    }
    let new = try ScriptFailure.wrapping { () throws(SSOError) in try sections.inserted(into: old) }
    guard new.utf8.count <= AWSConfig.sizeLimit else {
      throw .failed(
        .invalidConfiguration, .validation,
        "\(path) would have \(new.utf8.count) bytes, and no more than \(AWSConfig.sizeLimit) are read",
        operation: ConfigDraft.operation)
    }
    return new
  }

  private func oldConfig(_ path: String) throws(DoorError) -> String {
    do throws(DoorError) {
      let bytes = try world.files.read(path, limit: AWSConfig.sizeLimit)
      guard let text = String(validating: bytes, as: UTF8.self) else {
        throw DoorError("\(path) is not UTF-8")
      }
      return text
    } catch {
      guard error.meansAbsence else { throw error }
      return ""
    }
  }
}

extension ScriptFailure {
  /// Does something whose error is an operation's.
  static func wrapping<Value>(
    _ body: () throws(SSOError) -> Value
  ) throws(ScriptFailure) -> Value {
    do throws(SSOError) { return try body() } catch { throw .operation(error) }
  }

  /// Does something with a door.
  static func wrapping<Value>(
    _ operation: String, _ body: () throws(DoorError) -> Value
  ) throws(ScriptFailure) -> Value {
    do throws(DoorError) { return try body() } catch { throw .door(error, operation) }
  }
}
