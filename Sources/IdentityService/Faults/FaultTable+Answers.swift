//  FaultTable+Answers.swift - answers that the rules would not give (H01 to H10, H19 to H34).

extension Fault {
  static let answerFaults: [Fault] = statusFaults + refusals + foreignBodies

  private static let statusFaults: [Fault] = [
    Fault(
      id: "H01", summary: "An internal error.", phase: .before, isSlow: false, spoils: false
    ) { reply, request in
      reply = BehaviourReply(internalErrorTo: request, random: requestID)
    },
    answer("H02", "503 Service Unavailable.", 503, html("503 Service Unavailable")),
    answer("H02b", "502 Bad Gateway.", 502, html("502 Bad Gateway")),
    answer("H02c", "504 Gateway Timeout.", 504, html("504 Gateway Timeout")),
    retry("H03", "503 with Retry-After: 120.", 503, "120"),
    retry("H04", "503 with an absurd Retry-After.", 503, "1000000000"),
    retry("H04b", "503 with a negative Retry-After.", 503, "-1"),
    retry("H04c", "503 with a Retry-After in the past.", 503, "Thu, 01 Jan 1970 00:00:00 GMT"),
    answer("H05", "429 without Retry-After.", 429, json(#"{"message":"Too Many Requests"}"#)),
    answer("H06", "403 text of a firewall.", 403, ("text/plain", "Request blocked.\n")),
    answer("H07", "400 with an HTML body.", 400, html("400 Bad Request")),
    answer("H08", "200 with an empty body.", 200, json("")),
    answer("H08b", "200 with null.", 200, json("null")),
    answer("H08c", "200 with a list.", 200, json("[]")),
    answer("H08d", "200 with a string.", 200, json(#""x""#)),
    answer("H09", "200 without any member.", 200, json("{}")),
  ]

  private static let refusals: [Fault] = [
    refusal("H27", "Slow down.", "SlowDownException"),
    answer(
      "H28", "An error that nobody knows.", 400,
      json(#"{"error":"unheard_of","error_description":"Nobody has heard of this error"}"#)),
    refusal("H29", "The code has expired.", "ExpiredTokenException"),
    refusal("H30", "The person denied.", "AccessDeniedException"),
    refusal("H31", "The registration is revoked.", "InvalidClientException"),
    Fault(
      id: "H32", summary: "The client secret has expired.", phase: .before, isSlow: false,
      spoils: false
    ) { reply, request in
      reply = error("InvalidClientException", request, "The client secret has expired")
    },
    answer(
      "H19", "An error_description with terminal escapes.", 400,
      json(#"{"error":"invalid_grant","error_description":"\u001b[2J\u001b]0;owned\u0007 no"}"#)),
    answer(
      "H19b", "An error_description of 1 MB.", 400,
      json(
        #"{"error":"invalid_grant","error_description":""#
          + String(repeating: "no ", count: 333_333) + #""}"#)),
  ]

  private static let foreignBodies: [Fault] = [
    Fault(
      id: "H20", summary: "A body of 64 MiB.", phase: .before, isSlow: false, spoils: false
    ) { reply, _ in
      reply.headers = [HeaderField("Content-Type", "application/json")]
      reply.body =
        Array(#"{"accessToken":""#.utf8) + [UInt8](repeating: 97, count: 64 << 20)
        + Array(#"","expiresIn":3600,"tokenType":"Bearer"}"#.utf8)
    },
    Fault(
      id: "H21", summary: "A compressed body that unpacks to 64 MiB.", phase: .before,
      isSlow: false, spoils: false
    ) { reply, _ in
      reply.headers = [
        HeaderField("Content-Type", "application/json"),
        HeaderField("Content-Encoding", "deflate"),
      ]
      reply.body = DeflateBomb.bytes
    },
    answer(
      "H23", "JSON nested 100,000 deep.", 200,
      json(String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000))),
  ]

  private static func json(_ body: String) -> (type: String, body: String) {
    ("application/json", body)
  }

  private static func retry(
    _ id: String, _ summary: String, _ status: Int, _ value: String
  ) -> Fault {
    answer(
      id, summary, status, html("\(status)"), [HeaderField("Retry-After", value)])
  }

  /// An exception of AWS's models, where an operation has it; those too that no client can earn.
  static func exception(_ shape: String) -> Fault {
    Fault(
      id: shape, summary: "The exception of AWS's model.", phase: .before, isSlow: false,
      spoils: false,
      operations: Set(
        Operation.allCases.filter { BehaviourReply.errors(of: $0).contains(shape) })
    ) { reply, request in
      reply = error(shape, request)
    }
  }

  /// Fixed: a fault drawn from a seed is the same each time.
  private static let requestID = [UInt8](repeating: 0, count: 16)

  private static func refusal(_ id: String, _ summary: String, _ shape: String) -> Fault {
    Fault(id: id, summary: summary, phase: .before, isSlow: false, spoils: false) {
      reply, request in
      reply = error(shape, request)
    }
  }

  /// The exception in the operation's own words; where its model has none of that name, as the
  /// OIDC service says it.
  private static func error(
    _ shape: String, _ request: BehaviourRequest, _ description: String? = nil
  ) -> BehaviourReply {
    var asked = request
    if !BehaviourReply.errors(of: asked.operation).contains(shape) {
      asked.operation = .createToken
    }
    var reply =
      BehaviourReply(error: shape, to: asked, description: description, random: requestID)
      ?? BehaviourReply(status: 500)
    reply.facts.operation = request.operation
    return reply
  }
}
