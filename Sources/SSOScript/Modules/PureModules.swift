//  PureModules.swift - functions that ask for nothing: JSON, hashes.

import Crypto
import LuaEngine
import SSOOIDC
import StrictJSON

extension API {
  static let jsonFunctions: [APIFunction] = [
    APIFunction(
      "sso.json", "encode", "Writes a value as JSON, keys sorted, at most 64 deep.",
      .positional([
        APIParameter("value", .any, required: false, "Lists and tables with text keys."),
        APIParameter("pretty", .boolean, default: "false", "Over several lines."),
      ]),
      results: "string", example: "sso.json.encode { scopes = sso.json.list {} }",
      { arguments, _ throws(ScriptFailure) in
        let format: JSONFormat = arguments.boolean("pretty") == true ? [.pretty] : []
        let json = try arguments["value"].json(for: "sso.json.encode")
        do throws(JSONError) {
          return .value(LuaValue(bytes: try json.encoded(format)))
        } catch {
          throw .misuse("sso.json.encode: \(error.countedAsInLua)")
        }
      }),
    APIFunction(
      "sso.json", "decode",
      "Reads JSON, strictly: no duplicate keys, at most 64 deep and 1,048,576 parts.",
      .positional([APIParameter("text", .bytes)]), results: "a value", errors: ["InvalidInput"],
      { arguments, host throws(ScriptFailure) in
        do throws(JSONError) {
          var limits = JSONLimits()
          limits.parts = LuaMachine.partsLimit
          let json = try JSON.parse(arguments.bytes("text") ?? [], limits: limits)
          host.secrets.remember(json)
          return .value(LuaValue(json: json))
        } catch {
          throw .failed(
            .invalidInput, .validation, error.description, operation: "sso.json.decode")
        }
      }),
    APIFunction(
      "sso.json", "list", "Gives a copy of a table that is a list, also when it is empty.",
      .positional([APIParameter("items", .table, required: false, "Items under 1, 2, 3, …")]),
      results: "the list",
      { arguments, _ throws(ScriptFailure) in
        guard case .table(let table) = arguments["items"] else {
          return .value(.table(LuaTable(kind: .list)))
        }
        if let flaw = table.flawAsList { throw .misuse("sso.json.list: \(flaw)") }
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
        host.secrets.rememberFound(verifier)
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

extension LuaTable {
  /// What a list would lose of it.
  fileprivate var flawAsList: String? {
    if let hole { return "the list has a hole: \(hole)" }
    let keys = fields.map(\.key)
    if let name = Self.firstName(keys) {
      return "a list has no member \"\(PrintableText.escaped(name, limit: 60))\""
    }
    return keys.map(\.typeName).min().map { "a list has no key of type \($0)" }
  }
}
