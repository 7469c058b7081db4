//  FaultTable+Network.swift - faults below HTTP, and of those who stand between (N06 to N19).
//
//  Knows: which differ on the network: a reset or an orderly end, with bytes or without.

internal import StrictJSON

extension Fault {
  static let networkFaults: [Fault] =
    [
      lost("N08", "the reply", nil), lost("N09", "the reply to a refresh", .refreshToken),
      lost("N10", "the reply to an authorization code", .authorizationCode),
    ].flatMap { $0 } + [
      delivery("N06", "The request is taken and never answered.", .never, .before, slow: true),
      delivery("N07", "The kept connection is reset before the next request.", .thenReset, .after),
      delivery("N11", "Content-Length is larger than the body.", .short, .after),
      delivery("N12", "A chunked body ends within a chunk.", .cutChunk, .after),
      delivery("N13", "The reply comes at one byte a second.", .slow, .after, slow: true),
      delivery("N14", "The kept connection ends after the reply.", .thenClosed, .after),
      answer("N17", "A captive portal answers: 200 with HTML.", 200, html("Welcome to the Wi-Fi")),
      redirect("N18", "A redirect to another host.", 302, "https://elsewhere.example/"),
      redirect("N19", "A redirect to the same host.", 307, nil),
      redirect("N19b", "A permanent redirect to the same host.", 308, nil),
    ]

  /// A lost reply, in the three ways that the network shows.
  ///
  /// - Parameters:
  ///   - id: Of the first; the others have a letter behind it.
  ///   - reply: Which reply, for the summary.
  ///   - grant: Requests that ask for something else pass; `nil` strikes all.
  /// - Returns: The three faults.
  private static func lost(_ id: String, _ reply: String, _ grant: GrantType?) -> [Fault] {
    [
      delivery(id, "The connection is reset in place of \(reply).", .reset, .after, of: grant),
      delivery(
        id + "b", "The connection is reset within \(reply).", .resetWithin, .after, of: grant),
      delivery(id + "c", "The connection ends without \(reply).", .closed, .after, of: grant),
    ]
  }

  private static func delivery(
    _ id: String, _ summary: String, _ delivery: Delivery, _ phase: Phase, slow: Bool = false,
    of grant: GrantType? = nil
  ) -> Fault {
    Fault(
      id: id, summary: summary, phase: phase, isSlow: slow, spoils: false,
      operations: grant.map { _ in [.createToken] }, grant: grant
    ) { reply, _ in
      reply.delivery = delivery
      // Without a reply of the rules there must be something to cut.
      guard reply.body.isEmpty else { return }
      reply[header: "Content-Type"] = "application/json"
      reply.body = Array(#"{"message":"This reply is cut on purpose"}"#.utf8)
    }
  }

  private static func redirect(
    _ id: String, _ summary: String, _ status: Int, _ target: String?
  ) -> Fault {
    Fault(id: id, summary: summary, phase: .before, isSlow: false, spoils: false) {
      reply, request in
      reply.status = status
      reply.headers = [HeaderField("Location", target ?? request.path)]
      reply.body = []
    }
  }

  /// A page of the kind that load balancers and captive portals send.
  static func html(_ title: String) -> (type: String, body: String) {
    (
      "text/html; charset=utf-8",
      "<!DOCTYPE html><html><head><title>\(title)</title></head>"
        + "<body><h1>\(title)</h1></body></html>\n"
    )
  }

  /// An answer of its own, without the rules.
  static func answer(
    _ id: String, _ summary: String, _ status: Int, _ content: (type: String, body: String),
    _ headers: [HeaderField] = []
  ) -> Fault {
    Fault(id: id, summary: summary, phase: .before, isSlow: false, spoils: false) { reply, _ in
      reply.status = status
      reply.headers = [HeaderField("Content-Type", content.type)] + headers
      reply.body = Array(content.body.utf8)
    }
  }
}

extension BehaviourRequest {
  /// By which grant tokens are asked for.
  var grant: GrantType? {
    let name = members["grantType"] ?? members["grant_type"]
    return operation == .createToken ? name?.asString.flatMap(GrantType.init) : nil
  }
}
