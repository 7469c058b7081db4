//  SessionModule.swift - sso.status, sso.logout, sso.credentials and sso.portal.accounts.

extension API {
  private static let cache = APIParameter(
    "cache", .any, required: false, "As of sso.ensure.")

  private static let role: [APIParameter] = [
    APIParameter("account_id", .string, required: false, "In place of the profile's."),
    APIParameter("role_name", .string, required: false, "In place of the profile's."),
  ]

  static let sessionFunctions: [APIFunction] = [
    APIFunction(
      "sso", "status",
      "Tells what is kept of each session, layer by layer; of all of them unless one is named.",
      .named(
        targetParameters(
          unnamed: "every session, AWS_PROFILE set or not, but with --profile that one")
          + [cache]),
      results:
        "a list of { startUrl, region, session, scopes, accountId, roleName, valid, token = "
        + "{ expiresAt, secondsLeft, refreshable, obstacle, objection }, registration = "
        + "{ expiresAt, secondsLeft }, credentials = a list of { accountId, roleName, expiresAt, "
        + "secondsLeft, objection } }; objection says why a policy takes something for ended",
      errors: ["InvalidConfigError"], suspends: true,
      example: "for _, session in ipairs(sso.status {}) do print(session.startUrl) end",
      { arguments, host throws(ScriptFailure) in try host.askStatus(arguments) }),
    APIFunction(
      "sso", "logout", "Ends sessions, at the service and in the cache.",
      .named(
        targetParameters + [
          cache,
          APIParameter(
            "all", .boolean, default: "false",
            "Every session that is configured, or that the store can name."),
        ]),
      results:
        "a list of { startUrl, region, session, scopes, accountId, roleName, endedAtService, "
        + "obstacle, endedHere, remainder }; with all, of { file, endedAtService, endedHere, "
        + "remainder } for what cannot be read",
      errors: ["InvalidConfigError", "Deadlock"], permission: .net, suspends: true,
      example: "sso.logout { session = \"my-sso\" }",
      { arguments, host throws(ScriptFailure) in try host.askLogout(arguments) }),
    APIFunction(
      "sso", "credentials",
      "Gives keys of a role: cached ones, or from the portal, with sso.ensure for the token.",
      .named(tokenParameters(force: "New keys though the cached ones are good.") + role),
      results:
        "{ accessKeyId, secretAccessKey, sessionToken, expiration, accountId, roleName, source }",
      errors: ["ForbiddenException", "UnauthorizedException", "InvalidConfigError"],
      permission: .net, suspends: true,
      example: "local keys = sso.credentials { profile = \"dev\" }",
      { arguments, host throws(ScriptFailure) in
        try host.askSession(.credentials, arguments, "sso.credentials")
      }),
    APIFunction(
      "sso.portal", "accounts",
      "Lists every account and role one can reach, twenty calls a second, with sso.ensure for the "
        + "token.",
      .named(
        tokenParameters(force: nil) + [
          APIParameter(
            "on_progress", .function, required: false,
            "Gets how many accounts are done, and of how many.")
        ]),
      results: "a list of { accountId, accountName, emailAddress, roles }",
      errors: ["UnauthorizedException", "InvalidConfigError"], permission: .net, suspends: true,
      example: "for _, a in ipairs(sso.portal.accounts {}) do print(a.accountName, #a.roles) end",
      { arguments, host throws(ScriptFailure) in
        try host.askSession(.accounts, arguments, "sso.portal.accounts")
      }),
  ]
}
