//  SignInModule.swift - sso.login and sso.ensure.

extension API {
  /// What says to which Identity Center.
  static let targetParameters = targetParameters(unnamed: "the user's own")

  /// The same; `unnamed` is what a call is about that names none.
  static func targetParameters(unnamed: String) -> [APIParameter] {
    [
      APIParameter(
        "profile", .string, required: false,
        "A profile of AWS's config file; without any target \(unnamed)."),
      APIParameter("session", .string, required: false, "An sso-session of AWS's config file."),
      APIParameter(
        "start_url", .string, required: false, "The access portal, as it is configured."),
      APIParameter("region", .string, required: false, "Its region, with start_url."),
      APIParameter(
        "scopes", .list(.string), required: false,
        "What to register for; sso:account:access for sessions."),
    ]
  }

  private static let force = "force"

  /// Those of functions that need a token; what `force` means is theirs to say.
  static func tokenParameters(force: String?) -> [APIParameter] {
    signInParameters.compactMap { parameter in
      guard parameter.name == Self.force else { return parameter }
      return force.map { APIParameter(Self.force, .boolean, default: "false", $0) }
    }
  }

  static let signInParameters: [APIParameter] =
    targetParameters + [
      APIParameter(
        "flow", .string, default: "\"auto\"",
        "`device`: a code for any browser; `pkce`: the browser of this machine."),
      APIParameter("browser", .boolean, default: "true", "Whether a browser may be opened."),
      APIParameter(force, .boolean, default: "false", "Sign in whatever is cached."),
      APIParameter(
        "cache", .any, required: false,
        "A store of sso.cache, a table with get, put, delete and lock, or \"none\"."),
      APIParameter("redirect_port", .integer, required: false, "Where the browser comes back."),
      APIParameter(
        "paste", .boolean, default: "false",
        "The browser runs elsewhere: ask for the address it ended at."),
      APIParameter(
        "on_verification", .function, required: false,
        "Gets the code and page; false opens no browser. Its error ends the login."),
      APIParameter(
        "on_poll", .function, required: false, "Gets secondsLeft and interval, before each wait."),
      APIParameter(
        "on_token", .function, required: false,
        "Gets the token, if one was needed. Its error ends the login."),
      APIParameter("on_refresh", .function, required: false, "Gets the renewed token."),
      APIParameter(
        "on_expiring", .function, required: false,
        "Gets a token that ends within 15 minutes and could not be renewed."),
      APIParameter(
        "on_failure", .function, required: false,
        "Gets what the sign-in itself failed with; not a hook's error, a wrong configuration, a "
          + "cancelled task, or the portal's refusal of a role."),
      APIParameter(
        "on_wait", .function, required: false, "Called when another process or task is at it."),
    ]

  private static let token =
    "{ accessToken, expiresAt, startUrl, region, session, source, refreshable, "
    + "registrationExpiresAt }"

  private static let signInErrors = [
    "AccessDeniedException", "ExpiredTokenException", "InvalidRequestException",
    "InvalidConfigError", "Deadlock", "NoCallback", "connect", "resolve", "timeout", "tls",
  ]

  static let signInFunctions: [APIFunction] = [
    APIFunction(
      "sso", "ensure",
      "Gives a valid token: cached, renewed, or by a login; once across all processes.",
      .named(signInParameters), results: token, errors: ["LoginDeclined"] + signInErrors,
      permission: .net, suspends: true,
      example: "local token = sso.ensure { session = \"my-sso\" }",
      { arguments, host throws(ScriptFailure) in
        try host.askSignIn(arguments, "sso.ensure", asksAgain: false)
      }),
    APIFunction(
      "sso", "login",
      "The same for a person who is there: asks again although a login was just declined.",
      .named(signInParameters), results: token, errors: signInErrors, permission: .net,
      suspends: true, example: "local token = sso.login { profile = \"dev\", force = true }",
      { arguments, host throws(ScriptFailure) in
        try host.askSignIn(arguments, "sso.login", asksAgain: true)
      }),
  ]
}
