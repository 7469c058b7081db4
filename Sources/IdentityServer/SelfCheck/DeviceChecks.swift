//  DeviceChecks.swift - the rules of RFC 8628, each tried once.

#if Server
  internal import IdentityService
  internal import StrictJSON

  extension SelfCheck {
    static let deviceChecks = [
      SelfCheck("R8628-01", "the device authorization endpoint takes POST only") {
        visit throws(CheckFailure) in
        let answer = visit.ask("/device_authorization", method: "GET")
        try require(answer.reply.status == 405, answer.verdict)
        try require(answer.header(.allow) == "POST", "Allow is missing")
      },
      SelfCheck("R8628-05", "a started authorization has both codes, an address and a lifetime") {
        visit throws(CheckFailure) in
        let flow = visit.start(visit.register())
        try flow.expect("200")
        try require(flow.text("deviceCode").utf8.count == 86, "the device code is not 86 long")
        try require(flow.text("userCode").utf8.count == 9, "the user code is not XXXX-XXXX")
        try require(flow[json: "expiresIn"] == 600, "it does not live 600 s")
      },
      SelfCheck("R8628-08", "replies are not cacheable") { visit throws(CheckFailure) in
        let flow = visit.start(visit.register())
        try require(flow.header(.cacheControl) == "no-store", "Cache-Control is missing")
      },
      SelfCheck("R8628-15", "a wrong secret says nothing about the code") {
        visit throws(CheckFailure) in
        var client = visit.register()
        let flow = visit.start(client)
        client["clientSecret"] = "wrong"
        try visit.poll(client, flow).expect("401 invalid_client")
      },
      SelfCheck("R8628-16", "an undecided request is pending") { visit throws(CheckFailure) in
        let client = visit.register()
        try visit.poll(client, visit.start(client)).expect("400 authorization_pending")
      },
      SelfCheck("R8628-17", "early polls are told to slow down, for good") {
        visit throws(CheckFailure) in
        let client = visit.register()
        let flow = visit.start(client)
        // One early poll is forgiven, as AWS's CLI sends two at once.
        for word in ["authorization_pending", "authorization_pending", "slow_down"] {
          try visit.poll(client, flow).expect("400 \(word)")
        }
        visit.wait(.seconds(3))
        try visit.poll(client, flow).expect("400 slow_down")
        visit.wait(.seconds(11))
        try visit.poll(client, flow).expect("400 authorization_pending")
      },
      SelfCheck("R8628-20", "a denied request stays denied") { visit throws(CheckFailure) in
        let client = visit.register()
        let flow = visit.start(client)
        _ = visit.decide(flow, .deny)
        for _ in 0..<2 { try visit.poll(client, flow).expect("400 access_denied") }
      },
      SelfCheck("R8628-21", "an old code has expired, for a day") { visit throws(CheckFailure) in
        let client = visit.register()
        let flow = visit.start(client)
        visit.wait(.seconds(600))
        try visit.poll(client, flow).expect("400 expired_token")
        visit.wait(.seconds(24 * 3600))
        try visit.poll(client, flow).expect("400 invalid_grant")
      },
      SelfCheck("R8628-26", "guessing user codes is limited") { visit throws(CheckFailure) in
        for _ in 0..<5 { _ = visit.look("BBBB-BBBB") }
        guard case .tooManyTries = visit.look("BBBB-BBBB") else {
          throw CheckFailure(description: "a sixth wrong code was looked up")
        }
      },
      SelfCheck("R8628-34", "user codes are understood in any spelling") {
        visit throws(CheckFailure) in
        let flow = visit.start(visit.register())
        let typed = " " + flow.text("userCode").lowercased().split(separator: "-").joined() + " "
        guard case .found = visit.look(typed) else {
          throw CheckFailure(description: "the code was not found")
        }
      },
      SelfCheck("R8628-36", "a user code leads to one decision") { visit throws(CheckFailure) in
        let flow = visit.start(visit.register())
        _ = visit.decide(flow, .approve)
        guard case .done = visit.decide(flow, .approve), case .conflict = visit.decide(flow, .deny)
        else { throw CheckFailure(description: "a second decision counted") }
      },
      SelfCheck("R8628-37", "tokens are handed out once") { visit throws(CheckFailure) in
        let client = visit.register()
        let flow = visit.start(client)
        _ = visit.decide(flow, .approve)
        try visit.poll(client, flow).expect("200")
        try visit.poll(client, flow).expect("400 invalid_grant")
      },
      SelfCheck("R8628-38", "another client's poll changes nothing") {
        visit throws(CheckFailure) in
        let client = visit.register()
        let flow = visit.start(client)
        let other = visit.register()
        for _ in 0..<3 { try visit.poll(other, flow).expect("400 invalid_grant") }
        try visit.poll(client, flow).expect("400 authorization_pending")
      },
    ]
  }
#endif
