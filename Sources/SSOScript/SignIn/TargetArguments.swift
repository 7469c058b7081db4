//  TargetArguments.swift - the arguments by which scripts say where to sign in.

import LuaEngine
import SSOOIDC

extension API {
  /// What every function that concerns a login takes.
  static let targetParameters: [APIParameter] = [
    APIParameter("profile", .string, required: false, "A profile of AWS's config file."),
    APIParameter("session", .string, required: false, "An [sso-session] of AWS's config file."),
    APIParameter("start_url", .string, required: false, "A start URL, with `region`."),
    APIParameter("region", .string, required: false, "The region of the start URL."),
  ]
}

extension CheckedArguments {
  /// What the script names.
  var targetNames: TargetNames {
    var names = TargetNames()
    names.profile = text("profile")
    names.session = text("session")
    names.startURL = text("start_url")
    names.region = text("region")
    names.scopes = texts("scopes")
    names.accountID = text("account_id")
    names.roleName = text("role_name")
    return names
  }
}

extension ScriptHost {
  /// What the script means; the profile that the user named counts when the script names none.
  func target(_ arguments: CheckedArguments) throws(ScriptFailure) -> SignInTarget {
    var names = arguments.targetNames
    if names.isEmpty { names.profile = options.settings.profile }
    do throws(SSOError) {
      return try names.target(environment: world.environment.value, config: options.config)
    } catch {
      throw .operation(error)
    }
  }
}

extension LuaTable {
  /// A target as scripts see it.
  init(_ target: SignInTarget, profile: String? = nil) {
    self.init([
      "profile": profile.lua, "session": target.sessionName.lua,
      "startUrl": .string(target.startURL), "region": .string(target.region),
      "scopes": target.scopes.map {
        .table(LuaTable(items: $0.map(LuaValue.string), kind: .list))
      } ?? .nil,
      "accountId": target.accountID.lua, "roleName": target.roleName.lua,
    ])
  }
}
