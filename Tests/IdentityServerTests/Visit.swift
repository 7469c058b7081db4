//  Visit.swift - a browser, a program and a service in one room, without a socket.

import IdentityService
import StrictJSON
import Testing

@testable import IdentityServer

/// One browser on its way through the pages.
struct Visit {
  static let origin = "http://127.0.0.1:8087"
  static let redirectURI = "http://127.0.0.1:49152/oauth/callback"

  let host: ServiceHost
  let pages: PageFlow
  let client: JSONObject
  var cookies: [String: String] = [:]
  var acceptLanguage: String?

  init(
    clientName: String = "laptop", languages: [Language] = Language.all,
    directory: Directory = .example
  ) {
    var configuration = ServiceConfiguration()
    configuration.directory = directory
    let start = ServiceTime(sinceEpoch: .seconds(1_767_225_600))
    let host = ServiceHost(configuration, clock: .virtual(startingAt: start))
    self.host = host
    pages = PageFlow(host: host, languages: languages)
    client = Self.ask(
      host, "/client/register",
      [
        "clientName": .string(clientName), "clientType": "public",
        "scopes": ["sso:account:access"], "redirectUris": ["http://127.0.0.1/oauth/callback"],
        "grantTypes": [
          "authorization_code", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token",
        ], "issuerUrl": .string(Self.origin + "/start"),
      ])
  }
}

// MARK: - The program

extension Visit {
  private static func ask(
    _ host: ServiceHost, _ path: String, _ members: JSONObject
  ) -> JSONObject {
    let request = ServiceRequest(
      method: "POST", path: path, body: (try? JSON.object(members).encoded()) ?? [],
      requester: Requester(address: "127.0.0.1", userAgent: "aws-cli/2.36.7 os/linux"))
    return (try? JSON.parse(host.answer(request).body))?.asObject ?? [:]
  }

  private func ask(_ path: String, _ members: JSONObject) -> JSONObject {
    var members = members
    members["clientId"] = client["clientId"]
    members["clientSecret"] = client["clientSecret"]
    return Self.ask(host, path, members)
  }

  /// Starts a device authorization.
  func start() -> JSONObject { ask("/device_authorization", ["startUrl": "https://a.example/"]) }

  /// Starts one, and gives its user code.
  func startedCode() -> String { start()["userCode"]?.asString ?? "" }

  /// Polls; the word of the refusal, or `token`.
  func poll(_ flow: JSONObject) -> String {
    let answer = ask(
      "/token",
      [
        "grantType": "urn:ietf:params:oauth:grant-type:device_code",
        "deviceCode": flow["deviceCode"] ?? .null,
      ])
    return answer["error"]?.asString ?? "token"
  }

  /// The query that a program sends a browser to `/authorize` with.
  var authorizeQuery: String {
    let challenge = String(repeating: "c", count: 43)
    return "response_type=code&client_id=\(client["clientId"]?.asString ?? "")&redirect_uri="
      + percentEncoded(Self.redirectURI)
      + "&state=a%2Bb%20c&scopes=sso:account:access&code_challenge_method=S256"
      + "&code_challenge=\(challenge)"
  }
}

// MARK: - The browser

#if Server
  extension Visit {
    mutating func get(_ path: String, query: String = "") -> PageReply {
      browse("GET", path, query: query)
    }

    /// One request; follows the redirects that stay here.
    mutating func browse(
      _ method: String, _ path: String, query: String = "", form: [String: String] = [:],
      origin: String? = Self.origin, fetchSite: String? = "same-origin"
    ) -> PageReply {
      let body = form.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
      let cookie = cookies.map { "\($0)=\($1)" }.joined(separator: "; ")
      let reply = pages.answer(
        PageRequest(
          method: method, path: path, query: query, body: Array(body.utf8), cookies: cookie,
          origin: method == "GET" ? nil : origin, fetchSite: fetchSite,
          acceptLanguage: acceptLanguage, ownOrigin: Self.origin, address: "127.0.0.1"))
      for set in reply.cookies {
        let pair = set.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        cookies[String(pair[0])] = String(pair[1])
      }
      guard let location = reply.location, location.hasPrefix("/") else { return reply }
      let parts = location.split(separator: "?", maxSplits: 1)
      return get(String(parts[0]), query: parts.dropFirst().joined())
    }

    /// Presses a button of the page's form.
    mutating func press(
      _ reply: PageReply, _ fields: [String: String], origin: String? = Self.origin,
      fetchSite: String? = "same-origin"
    ) -> PageReply {
      let form = reply.form
      return browse(
        "POST", form.action, form: form.fields.merging(fields) { $1 }, origin: origin,
        fetchSite: fetchSite)
    }

    /// Opens the complete link and says who signs in, if asked.
    mutating func confirmPage(_ code: String, as person: String = "alice") -> PageReply {
      let reply = get("/device", query: "user_code=\(code)")
      return reply.page.template == .person ? press(reply, ["person": person]) : reply
    }

    /// Opens `/authorize` and says who signs in, if asked.
    mutating func consentPage(_ query: String? = nil) -> PageReply {
      let reply = get("/authorize", query: query ?? authorizeQuery)
      return reply.page.template == .person ? press(reply, ["person": "alice"]) : reply
    }
  }

  extension PageReply {
    var status: Int { page.status }
    var html: String { document(simulatedTime: nil) }
    /// The page, as a strict reader sees it.
    var tree: HTMLElement { get throws { try HTMLElement(document: html) } }

    /// The page's form: where it goes, and its hidden fields.
    var form: (action: String, fields: [String: String]) {
      guard let form = try? tree.first("form") else { return ("", [:]) }
      let hidden = form.all("input").filter { $0["type"] == "hidden" }
      let fields = hidden.map { ($0["name"] ?? "", $0["value"] ?? "") }
      return (form["action"] ?? "", Dictionary(fields) { first, _ in first })
    }
  }
#endif
