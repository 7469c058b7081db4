//  ClientModule.swift - sso.client and the operations, one function for each.

import LuaEngine
import SSOOIDC
import StrictJSON

extension API {
  private static let settings: [APIParameter] = [
    APIParameter("region", .string, required: false, "The region of the Identity Center instance."),
    APIParameter("endpoint_url", .string, required: false, "An endpoint in place of AWS's own."),
    APIParameter("use_fips_endpoint", .boolean, default: "false", "The FIPS endpoint."),
    APIParameter("use_dualstack_endpoint", .boolean, default: "false", "The dual-stack endpoint."),
    APIParameter("retries", .integer, default: "3", "Attempts in all, 1 to 100."),
    APIParameter("timeout", .number, default: "15", "Seconds for a call and its repeats."),
    .caBundle,
  ]

  private static let keys = APIParameter(
    "credentials", .table, required: false,
    "Keys for create_token_with_iam: { accessKeyId, secretAccessKey, sessionToken }.")

  static let clientFunctions: [APIFunction] =
    [
      APIFunction(
        "sso", "client", "Makes a client of the OIDC service.", .named(settings + [keys]),
        results: "a client", errors: ["InvalidRegionError", "InvalidConfigError"],
        example: "local client = sso.client { region = \"us-east-1\" }",
        { arguments, host throws(ScriptFailure) in .value(try host.makeClient(.oidc, arguments)) }),
      APIFunction(
        "sso", "is", "Tells whether an error has a code.",
        .positional([
          APIParameter("err", .any, required: false, "What was raised or returned."),
          APIParameter("code", .string, "A code, as in client.exceptions."),
        ]),
        results: "boolean", example: "sso.is(err, client.exceptions.SlowDownException)",
        { arguments, _ throws(ScriptFailure) in
          guard case .table(let table) = arguments["err"] else { return .value(false) }
          return .value(.boolean(table["code"] == arguments["code"]))
        }),
    ] + operations(.oidc)

  static let portalFunctions: [APIFunction] =
    [
      APIFunction(
        "sso.portal", "client", "Makes a client of the access portal.", .named(settings),
        results: "a client", errors: ["InvalidRegionError", "InvalidConfigError"],
        example: "local portal = sso.portal.client { region = \"us-east-1\" }",
        { arguments, host throws(ScriptFailure) in
          .value(try host.makeClient(.portal, arguments))
        })
    ] + operations(.portal)

  private static func operations(_ service: Service) -> [APIFunction] {
    Operation.all.filter { $0.service == service }.map { operation in
      APIFunction(
        APIClass.client.rawValue, SnakeCase.name(of: operation.name),
        service == .oidc
          ? "Calls \(operation.name)."
          : "Calls \(operation.name), of a client made with `sso.portal.client`.",
        .named(operation.input.map(APIParameter.init(member:))),
        results: operation.output.map(\.name).joined(separator: ", "), errors: operation.errors,
        permission: .net, suspends: true,
        { arguments, host throws(ScriptFailure) in
          try host.ask(operation, arguments)
        })
    }
  }

  /// Every constant, in the order of the reference.
  public static let constants: [APIConstant] = [
    APIConstant(
      container: "sso", name: "null", value: .null, summary: "JSON's null."),
    APIConstant(
      container: "sso.grant", name: "device_code",
      value: "urn:ietf:params:oauth:grant-type:device_code", summary: "RFC 8628."),
    APIConstant(
      container: "sso.grant", name: "authorization_code", value: "authorization_code",
      summary: "RFC 6749."),
    APIConstant(
      container: "sso.grant", name: "refresh_token", value: "refresh_token", summary: "RFC 6749."),
    APIConstant(
      container: "sso.grant", name: "jwt_bearer",
      value: "urn:ietf:params:oauth:grant-type:jwt-bearer", summary: "RFC 7523."),
    APIConstant(
      container: "sso.grant", name: "token_exchange",
      value: "urn:ietf:params:oauth:grant-type:token-exchange", summary: "RFC 8693."),
  ]
}

extension APIParameter {
  fileprivate init(member: Member) {
    self.init(
      member.name, APIType(member.kind), required: member.presence == .required,
      secret: member.isSecret)
  }
}

extension APIType {
  fileprivate init(_ kind: Member.Kind) {
    switch kind {
    case .string: self = .string
    case .integer, .long: self = .integer
    case .list(let item): self = .list(APIType(item))
    case .structure: self = .table
    }
  }
}

/// AWS's operation names as boto3 writes them.
enum SnakeCase {
  /// `CreateTokenWithIAM` as `create_token_with_iam`.
  static func name(of operation: String) -> String {
    var result = ""
    var previousIsUpper = true
    for character in operation {
      if character.isUppercase, !previousIsUpper { result += "_" }
      previousIsUpper = character.isUppercase
      result += character.lowercased()
    }
    return result
  }
}

extension ScriptHost {
  /// Makes a client from what the script, the user and the environment say, in this order of weight:
  /// user, script, environment, config file.
  func makeClient(_ service: Service, _ arguments: CheckedArguments) throws(ScriptFailure)
    -> LuaValue
  {
    let caller = service == .oidc ? "sso.client" : "sso.portal.client"
    let timeout = try arguments.duration("timeout")
    guard timeout != .zero else {
      throw .misuse("\(caller): timeout must be more than 0 seconds")
    }
    guard (1...100).contains(arguments.integer("retries") ?? 1) else {
      throw .misuse("\(caller): retries must be from 1 to 100")
    }
    let credentials = try credentials(arguments, caller)
    let caBundle = try caBundle(arguments, caller)
    do throws(SSOError) {
      var configuration = try ClientConfiguration(
        settings: try settings(service, arguments, caBundle), service: service)
      if let timeout {
        configuration.http.timeout = timeout
        configuration.retry.totalTime = timeout
      }
      configuration.credentials = credentials
      let client = serviceClient(configuration)
      let handle = clients.add(ClientEntry(service: client, kind: service))
      return object(.client, handle, properties(client, service))
    } catch {
      throw .operation(error)
    }
  }

  /// A client whose every call the policies judge: the only way to make one for a script.
  ///
  /// - Parameters:
  ///   - configuration: Endpoint, retries, limits.
  ///   - transport: In place of the world's.
  /// - Returns: The client.
  func serviceClient(
    _ configuration: ClientConfiguration, over transport: (any HTTPTransport)? = nil
  ) -> ServiceClient {
    ServiceClient(
      configuration, transport: transport ?? world.transport, clock: world.clock,
      randomness: world.randomness, judge: policies)
  }

  private func settings(
    _ service: Service, _ arguments: CheckedArguments, _ caBundle: String?
  ) throws(SSOError) -> ClientSettings {
    var explicit = options.settings
    explicit.region = explicit.region ?? arguments.text("region")
    explicit.endpointURL = explicit.endpointURL ?? arguments.text("endpoint_url")
    explicit.usesFIPS = arguments.boolean("use_fips_endpoint")
    explicit.usesDualStack = arguments.boolean("use_dualstack_endpoint")
    explicit.maximumAttempts = arguments.integer("retries").map(Int.init)
    explicit.caBundle = caBundle
    return try ClientSettings.resolve(
      service, explicit: explicit, environment: world.environment.value, config: options.config)
  }

  /// The user's CA file, or else the one that the script names and may read.
  private func caBundle(
    _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> String? {
    if let file = options.settings.caBundle { return file }
    guard let file = try caFile(arguments, caller) else { return nil }
    try permit(.openFile(file, .reading), caller)
    return file
  }

  private func credentials(
    _ arguments: CheckedArguments, _ caller: String
  ) throws(ScriptFailure) -> AWSCredentials? {
    guard case .table(let table) = arguments["credentials"] else {
      return AWSCredentials(environment: world.environment.value)
    }
    let keys = try KeyTable(table, caller)
    for text in [keys.secret, keys.token].compactMap({ $0 }) { secrets.remember(text) }
    return AWSCredentials(
      accessKeyID: keys.id, secretAccessKey: Secret(keys.secret),
      sessionToken: keys.token.map { Secret($0) })
  }

  private func properties(_ client: ServiceClient, _ service: Service) -> LuaTable {
    LuaTable([
      "meta": .table(
        LuaTable([
          "endpoint_url": .string(client.endpoint.url), "region": client.endpoint.region.lua,
        ])),
      "exceptions": .table(service == .oidc ? Self.oidcExceptions : Self.portalExceptions),
    ])
  }

  private static let oidcExceptions = exceptions(of: .oidc)
  private static let portalExceptions = exceptions(of: .portal)

  /// The modelled errors of a service, each under its own name.
  private static func exceptions(of service: Service) -> LuaTable {
    let codes = Set(Operation.all.filter { $0.service == service }.flatMap(\.errors)).sorted()
    var exceptions = LuaTable()
    for code in codes { exceptions.append(code, .string(code)) }
    return exceptions
  }

  /// The wish to call `operation`.
  func ask(
    _ operation: Operation, _ arguments: CheckedArguments
  ) throws(ScriptFailure) -> APIAnswer {
    let (handle, client) = try client(of: arguments, for: operation)
    var input = JSONObject()
    for (name, value) in arguments.given {
      input[name] = try Self.json(value, of: operation, name)
    }
    return .ask(.call(operation, input, client: handle, url: client.service.endpoint.url))
  }

  /// The client a method was called on; the two services share one class.
  func client(
    of arguments: CheckedArguments, for operation: Operation
  ) throws(ScriptFailure) -> (Int64, ClientEntry) {
    try client(arguments.receiver?.handle ?? 0, for: operation)
  }

  /// The client with this handle.
  func client(
    _ handle: Int64, for operation: Operation
  ) throws(ScriptFailure) -> (Int64, ClientEntry) {
    guard let client = clients[handle] else {
      throw .failed(.closed, .validation, "the client is closed", operation: operation.name)
    }
    guard client.kind == operation.service else {
      let maker = operation.service == .oidc ? "sso.client" : "sso.portal.client"
      throw .misuse("\(operation.name) belongs to a client made with \(maker)")
    }
    return (handle, client)
  }

  /// A checked argument as the member it is for.
  private static func json(
    _ value: LuaValue, of operation: Operation, _ name: String
  ) throws(ScriptFailure) -> JSON {
    switch (operation.input.first { $0.name == name }?.kind, value) {
    case (.list, _): return try value.asList.json(for: operation.name, path: name)
    case (.integer, .number(let number)), (.long, .number(let number)):
      return try (Int64(exactly: number).map(LuaValue.integer) ?? value)
        .json(for: operation.name, path: name)
    default: return try value.json(for: operation.name, path: name)
    }
  }
}

extension LuaValue {
  /// A list, also when it is empty and does not say so.
  fileprivate var asList: LuaValue {
    guard case .table(var table) = self, table.fields.isEmpty else { return self }
    table.kind = .list
    return .table(table)
  }
}
