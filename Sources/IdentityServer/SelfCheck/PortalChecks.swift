//  PortalChecks.swift - the portal and AWS's habits, each tried once.

#if Server
  internal import IdentityService
  internal import StrictJSON

  extension SelfCheck {
    static let portalChecks = [
      SelfCheck("AWS-01", "errors are named in a header too") { visit throws(CheckFailure) in
        let answer = visit.ask("/client/register")
        let shape = answer.header(.errorType)?.split(separator: ":").first
        try require(shape == "InvalidRequestException", "\(shape ?? "no header")")
      },
      SelfCheck("AWS-02", "an unknown client is 401") { visit throws(CheckFailure) in
        try visit.start(["clientId": "x", "clientSecret": "y"]).expect("401 invalid_client")
      },
      SelfCheck("AWS-05", "a client secret ends after ninety days") { visit throws(CheckFailure) in
        let client = visit.register()
        visit.wait(.seconds(90 * 86_400))
        try visit.start(client).expect("401 invalid_client")
      },
      SelfCheck("R6750-01", "the portal takes a token, and only one that lives") {
        visit throws(CheckFailure) in
        let token = visit.signIn().tokens.text("accessToken")
        try accounts(&visit, token).expect("200")
        try accounts(&visit, "no-token").expect("401 UnauthorizedException")
        visit.wait(.seconds(3600))
        try accounts(&visit, token).expect("401 UnauthorizedException")
      },
      SelfCheck("AWS-09", "role credentials end in milliseconds of the epoch") {
        visit throws(CheckFailure) in
        let token = visit.signIn().tokens.text("accessToken")
        let answer = visit.ask(
          "/federation/credentials", method: "GET",
          query: "role_name=ReadOnlyAccess&account_id=111122223333",
          headers: ["x-amz-sso_bearer_token": token])
        try answer.expect("200")
        let ends = answer[json: "roleCredentials"].asObject?["expiration"]?.asInteger ?? 0
        try require(ends > 1_700_000_000_000, "\(ends) is not in milliseconds")
      },
      SelfCheck("S42", "tokens are fake, and show it") { visit throws(CheckFailure) in
        let token = visit.signIn().tokens.text("accessToken")
        try require(token.hasPrefix("fake-"), "a token looks real")
      },
    ]

    private static func accounts(_ visit: inout CheckVisit, _ token: String) -> CheckAnswer {
      visit.ask("/assignment/accounts", method: "GET", headers: ["x-amz-sso_bearer_token": token])
    }
  }
#endif
