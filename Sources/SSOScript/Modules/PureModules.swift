//  PureModules.swift - functions that ask for nothing: time, JSON, hashes.

import Crypto
import LuaEngine
import SSOOIDC
import StrictJSON

extension API {
  static let timeFunctions: [APIFunction] = [
    APIFunction(
      "sso.time", "sleep", "Waits; other tasks run meanwhile.",
      .positional([APIParameter("seconds", .number, "How long, fractions included.")]),
      suspends: true, example: "sso.time.sleep(auth.interval)",
      { arguments, _ throws(ScriptFailure) in
        .wait(.sleep(try arguments.duration("seconds") ?? .zero))
      }),
    APIFunction(
      "sso.time", "now", "Gives the seconds since 1970-01-01T00:00:00Z.", .positional([]),
      results: "number",
      { _, host throws(ScriptFailure) in
        let now = host.world.clock.now
        return .value(.number(Double(now.seconds) + Double(now.nanoseconds) / 1e9))
      }),
    APIFunction(
      "sso.time", "monotonic", "Gives seconds since some start; never goes back.",
      .positional([]), results: "number",
      { _, host throws(ScriptFailure) in
        .value(.number(host.world.clock.monotonic.inSeconds))
      }),
    APIFunction(
      "sso.time", "format", "Writes a time as RFC 3339, in UTC and whole seconds.",
      .positional([
        APIParameter("seconds", .number, required: false, "Since 1970; now if left out.")
      ]),
      results: "string", example: "sso.time.format(0) --> \"1970-01-01T00:00:00Z\"",
      { arguments, host throws(ScriptFailure) in
        guard let seconds = arguments.number("seconds") else {
          return .value(.string(host.world.clock.now.rfc3339))
        }
        guard abs(seconds) < 250_000_000_000 else {
          throw .misuse("sso.time.format: seconds is out of range (years 0 to 9999)")
        }
        return .value(.string(Timestamp(seconds: Int64(seconds.rounded(.down))).rfc3339))
      }),
    APIFunction(
      "sso.time", "parse", "Reads a time in RFC 3339 or as AWS's files have it.",
      .positional([APIParameter("text", .string)]), results: "seconds since 1970",
      errors: ["InvalidInput"],
      { arguments, _ throws(ScriptFailure) in
        guard let time = Timestamp(rfc3339: arguments.text("text") ?? "") else {
          throw .failed(
            .invalidInput, .validation, "not a time such as 2026-01-31T12:00:00Z",
            operation: "sso.time.parse")
        }
        guard time.nanoseconds != 0 else { return .value(.integer(time.seconds)) }
        return .value(.number(Double(time.seconds) + Double(time.nanoseconds) / 1e9))
      }),
  ]

  static let jsonFunctions: [APIFunction] = [
    APIFunction(
      "sso.json", "encode", "Writes a value as JSON, keys sorted.",
      .positional([
        APIParameter("value", .any, required: false, "Lists and tables with text keys."),
        APIParameter("pretty", .boolean, default: "false", "Over several lines."),
      ]),
      results: "string", example: "sso.json.encode { scopes = sso.json.list {} }",
      { arguments, _ throws(ScriptFailure) in
        let format: JSONFormat = arguments.boolean("pretty") == true ? [.pretty] : []
        let json = try arguments["value"].json()
        do throws(JSONError) {
          return .value(LuaValue(bytes: try json.encoded(format)))
        } catch {
          throw .misuse("sso.json.encode: \(error)")
        }
      }),
    APIFunction(
      "sso.json", "decode", "Reads JSON, strictly: no duplicate keys, at most 64 deep.",
      .positional([APIParameter("text", .bytes)]), results: "a value", errors: ["InvalidInput"],
      { arguments, host throws(ScriptFailure) in
        do throws(JSONError) {
          let json = try JSON.parse(arguments.bytes("text") ?? [])
          host.secrets.remember(json)
          return .value(LuaValue(json: json))
        } catch {
          throw .failed(
            .invalidInput, .validation, error.description, operation: "sso.json.decode")
        }
      }),
    APIFunction(
      "sso.json", "list", "Marks a table as a list, so that it stays one when empty.",
      .positional([APIParameter("items", .table, required: false)]), results: "the list",
      { arguments, _ throws(ScriptFailure) in
        guard case .table(let table) = arguments["items"] else {
          return .value(.table(LuaTable(kind: .list)))
        }
        return .value(.table(LuaTable(items: table.items, kind: .list)))
      }),
  ]

  static let cryptoFunctions: [APIFunction] = [
    digest("sha1", "SHA-1", ", for names of AWS's cache files only") {
      Array(Insecure.SHA1.hash(data: $0))
    },
    digest("sha256", "SHA-256", "") { Array(SHA256.hash(data: $0)) },
    APIFunction(
      "sso.crypto", "random_bytes", "Gives random bytes, fit for keys.",
      .positional([APIParameter("count", .integer, "1 to 65536.")]), results: "string",
      { arguments, host throws(ScriptFailure) in
        guard let count = arguments.integer("count"), (1...65536).contains(count) else {
          throw .misuse("sso.crypto.random_bytes: count must be from 1 to 65536")
        }
        return .value(LuaValue(bytes: host.world.randomness.bytes(Int(count))))
      }),
    APIFunction(
      "sso.crypto", "base64url_encode", "Encodes bytes, without padding (RFC 4648 section 5).",
      .positional([APIParameter("bytes", .bytes)]), results: "string",
      { arguments, _ throws(ScriptFailure) in
        .value(.bytes(Base64URL.encodedBytes(arguments.bytes("bytes") ?? [])))
      }),
    APIFunction(
      "sso.crypto", "base64url_decode", "Decodes what base64url_encode gave.",
      .positional([APIParameter("text", .string)]), results: "string", errors: ["InvalidInput"],
      { arguments, _ throws(ScriptFailure) in
        guard let bytes = Base64URL.decode(arguments.text("text") ?? "") else {
          throw .failed(
            .invalidInput, .validation, "not base64url", operation: "sso.crypto.base64url_decode")
        }
        return .value(LuaValue(bytes: bytes))
      }),
    APIFunction(
      "sso.crypto", "pkce", "Makes a code verifier and its S256 challenge (RFC 7636).",
      .positional([]), results: "{ verifier, challenge, method }",
      { _, host throws(ScriptFailure) in
        let verifier = Base64URL.encode(host.world.randomness.bytes(32))
        host.secrets.remember(verifier)
        let challenge = Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8))))
        return .value(
          .table(
            LuaTable([
              "verifier": .string(verifier), "challenge": .string(challenge), "method": "S256",
            ])))
      }),
  ]

  private static func digest(
    _ name: String, _ algorithm: String, _ use: String,
    _ hash: @escaping @Sendable ([UInt8]) -> [UInt8]
  ) -> APIFunction {
    APIFunction(
      "sso.crypto", name, "Gives the \(algorithm) in lower-case hexadecimal\(use).",
      .positional([APIParameter("bytes", .bytes)]), results: "string",
      { arguments, _ throws(ScriptFailure) in
        .value(.string(Hexadecimal.encode(hash(arguments.bytes("bytes") ?? []))))
      })
  }
}
