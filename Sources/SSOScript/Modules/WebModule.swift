//  WebModule.swift - sso.http and sso.env: other hosts, and variables.

import LuaEngine
import SSOOIDC

extension API {
  private static let request: [APIParameter] = [
    APIParameter("url", .string, "Absolute, http or https."),
    APIParameter("method", .string, default: "\"GET\"", "GET, POST, …"),
    .headers,
    APIParameter("body", .bytes, required: false, "What is sent."),
    APIParameter("timeout", .number, default: "30", "Seconds until the last byte."),
    .caBundle,
  ]

  static let httpFunctions: [APIFunction] = [
    APIFunction(
      "sso.http", "request", "Sends a request and gives the whole response.", .named(request),
      results: "{ status, headers, body }", errors: ["resolve", "connect", "timeout", "tls"],
      permission: .net, suspends: true,
      example: "sso.http.request { url = hook, method = \"POST\", body = text }",
      { arguments, host throws(ScriptFailure) in .ask(.http(try host.request(arguments))) }),
    APIFunction(
      "sso.http", "get", "Fetches a URL.",
      .positional([APIParameter("url", .string, "Absolute, http or https.")]),
      results: "{ status, headers, body }", permission: .net, suspends: true,
      { arguments, host throws(ScriptFailure) in .ask(.http(try host.request(arguments))) }),
  ]

  static let environmentFunctions: [APIFunction] = [
    APIFunction(
      "sso.env", "get", "Gives an environment variable.",
      .positional([APIParameter("name", .string)]), results: "its value, or nil",
      permission: .environment,
      { arguments, _ throws(ScriptFailure) in
        .ask(.readEnvironment(arguments.text("name") ?? ""))
      })
  ]
}

extension APIParameter {
  static let headers = APIParameter(
    "headers", .table, required: false,
    "Names and values, \(mostHeaders) at most, and 512 KiB with method and URL; `Host` and "
      + "`Content-Length` are made from URL and body.")
  /// No server takes as many.
  fileprivate static let mostHeaders = 256

  /// A script may trust whom it wants, but not look at a file that it may not read.
  static let caBundle = APIParameter(
    "ca_bundle", .string, required: false,
    "A PEM file in place of the system's; needs `--allow-read`.")
}

extension ScriptHost {
  /// Where the CA file lies that the script names; whether it may read it has not been judged.
  func caFile(
    _ arguments: CheckedArguments, _ function: String
  ) throws(ScriptFailure) -> String? {
    guard let path = arguments.text("ca_bundle") else { return nil }
    return try canonical(path, "\(function): ca_bundle")
  }

  /// The same URL, its scheme in lower case, as permissions and traces know it.
  private func url(_ text: String, _ function: String) throws(ScriptFailure) -> String {
    guard let (name, rest) = text.splitAtScheme,
      let scheme = Origin.Scheme(rawValue: name.lowercased()),
      HostPattern.isPlain(text)
    else {
      throw .misuse("\(function): url must be an absolute http or https URL without a user name")
    }
    return "\(scheme.rawValue)://\(rest)"
  }

  /// The request that the arguments of `function` describe; nothing has been sent.
  func request(
    _ arguments: CheckedArguments, _ function: String = "sso.http"
  ) throws(ScriptFailure) -> HTTPRequest {
    let url = try url(arguments.text("url") ?? "", function)
    let method = arguments.text("method") ?? "GET"
    guard HTTPText.isToken(method) else {
      throw .misuse("\(function): method must be a word such as GET")
    }
    var request = HTTPRequest(method: method, url: url)
    request.headers = try headers(arguments, function)
    guard !request.isHeadTooLarge else {
      throw .misuse("\(function): method, url and headers must be 512 KiB at most together")
    }
    request.body = arguments.bytes("body") ?? []
    request.options.maximumBodySize = 4 << 20
    request.options.caBundle = try caFile(arguments, function)
    if let limit = try arguments.duration("timeout") {
      guard limit > .zero else { throw .misuse("\(function): timeout must be more than 0 seconds") }
      request.options.timeout = limit
    }
    return request
  }

  private func headers(
    _ arguments: CheckedArguments, _ function: String
  ) throws(ScriptFailure) -> HTTPHeaders {
    var headers: HTTPHeaders = [:]
    guard case .table(let table) = arguments["headers"] else { return headers }
    guard table.items.isEmpty else { throw .misuse("\(function): headers go by name") }
    let (count, most) = (table.fields.count, APIParameter.mostHeaders)
    guard count <= most else {
      throw .misuse("\(function): headers must be \(most) at most, got \(count)")
    }
    for field in table.ordered {
      guard case .string(let name) = field.key, case .string(let value) = field.value else {
        throw .misuse("\(function): headers must be strings by name")
      }
      guard HTTPText.isToken(name), HTTPText.isValue(value) else {
        throw .misuse(
          "\(function): header \(PrintableText.escaped(name, limit: 60)) has a character that no "
            + "header may have")
      }
      headers.append(name, value)
    }
    return headers
  }
}

/// What may stand in the head of a request (RFC 9110 sections 5.5 and 5.6.2).
private enum HTTPText {
  static func isToken(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
      }
  }

  /// A line end would begin another header.
  static func isValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { ($0 >= 0x20 && $0 != 0x7F) || $0 == 0x09 }
  }
}
