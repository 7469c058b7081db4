//  TargetArguments.swift - the arguments by which scripts say where to sign in.

import LuaEngine
import SSOOIDC

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
  ///
  /// - Throws: ``SSOError/Code/invalidParameter`` for wrong use, ``SSOError/Code/invalidConfiguration``
  ///   for what the config file does not say.
  func signInTarget(_ arguments: CheckedArguments) throws(SSOError) -> SignInTarget {
    var names = arguments.targetNames
    if names.isEmpty, names.region == nil { names.profile = options.settings.profile }
    if let startURL = names.startURL {
      try Self.check(startURL)
      names.region = names.region ?? options.settings.region
    }
    return try names.target(environment: world.environment.value, config: options.config)
  }

  /// The same for a function that asks for no login.
  func target(_ arguments: CheckedArguments) throws(ScriptFailure) -> SignInTarget {
    do throws(SSOError) { return try signInTarget(arguments) } catch {
      throw error.code == .invalidParameter ? .misuse(error.message) : .operation(error)
    }
  }

  /// It decides where a person is led, so it must be a URL that is meant for browsers.
  private static func check(_ startURL: String) throws(SSOError) {
    guard URLParts(startURL)?.isForBrowsers == true else {
      throw .misuse("start_url must be an https URL, or http on this machine")
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
