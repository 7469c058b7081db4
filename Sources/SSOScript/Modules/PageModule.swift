//  PageModule.swift - what a client has besides operations: pages, waiters, closing.

import LuaEngine
import SSOOIDC
import StrictJSON

extension API {
  private static let client = APIClass.client.rawValue
  private static let operationName = APIParameter(
    "operation_name", .string, "As the method is called: `list_accounts`.")

  static let pageFunctions: [APIFunction] = [
    APIFunction(
      client, "can_paginate", "Tells whether an operation of this client has pages.",
      .positional([operationName]), results: "boolean",
      { arguments, host throws(ScriptFailure) in
        let operation = try Self.operation(arguments)
        let kind = arguments.receiver.flatMap { host.clients[$0.handle]?.kind }
        return .value(.boolean(operation.paginator != nil && operation.service == kind))
      }),
    APIFunction(
      client, "get_paginator", "Makes a paginator for an operation.",
      .positional([operationName]), results: "a paginator",
      errors: ["OperationNotPageableError"],
      example:
        "for page in portal:get_paginator(\"list_accounts\"):paginate { accessToken = token } do end",
      { arguments, host throws(ScriptFailure) in
        let operation = try Self.operation(arguments)
        guard operation.paginator != nil else {
          throw .failed(
            "OperationNotPageableError", .validation, "the operation has no pages",
            operation: operation.name)
        }
        let (client, _) = try host.client(of: arguments, for: operation)
        let entry = PaginatorEntry(client: client, operation: operation)
        host.clients[client]?.users += 1
        return .value(host.object(.paginator, host.paginators.add(entry)))
      }),
    APIFunction(
      client, "get_waiter", "Fails: these services have no waiters.",
      .positional([APIParameter("waiter_name", .string)]), errors: ["ValueError"],
      { arguments, _ throws(ScriptFailure) in
        let name = PrintableText.escaped(arguments.text("waiter_name") ?? "", limit: 60)
        throw .failed("ValueError", .validation, "Waiter does not exist: \(name)")
      }),
    APIFunction(
      client, "close", "Closes the client; later calls fail.", .positional([]),
      { arguments, host throws(ScriptFailure) in
        if let handle = arguments.receiver?.handle { host.clients[handle] = nil }
        return .none
      }),
    APIFunction(
      APIClass.paginator.rawValue, "paginate", "Walks the pages of a list, for use with `for`.",
      .positional([APIParameter("arguments", .table, "Those of the operation.")]),
      results: "an iterator of pages",
      { arguments, host throws(ScriptFailure) in
        guard let paginator = arguments.receiver.flatMap({ host.paginators[$0.handle] }),
          case .object(let input) = try arguments["arguments"].json(for: "paginator:paginate")
        else { throw .misuse("paginator:paginate: expected one table of named arguments") }
        let entry = PagesEntry(
          client: paginator.client, operation: paginator.operation, next: input)
        host.clients[paginator.client]?.users += 1
        return .value(host.object(.pages, host.pages.add(entry)))
      }),
    APIFunction(
      APIClass.pages.rawValue, "__call",
      "Gives the next page, or nil after the last; failures are raised in both worlds.",
      .variadic([]), results: "a page", permission: .net, suspends: true, options: .raises,
      { arguments, host throws(ScriptFailure) in
        guard let handle = arguments.receiver?.handle, let entry = host.pages[handle],
          let input = entry.next
        else { return .value(.nil) }
        let (_, client) = try host.client(entry.client, for: entry.operation)
        return .ask(
          .nextPage(
            entry.operation, input, pages: handle, client: entry.client,
            url: client.service.endpoint.url))
      }),
  ]

  private static func operation(_ arguments: CheckedArguments) throws(ScriptFailure) -> Operation {
    let name = arguments.text("operation_name") ?? ""
    guard let operation = Operation.all.first(where: { SnakeCase.name(of: $0.name) == name })
    else {
      let names = Operation.all.map { SnakeCase.name(of: $0.name) }
      let hint = Spelling.hint(for: name, among: names)
      throw .misuse("unknown operation \"\(PrintableText.escaped(name, limit: 60))\"\(hint)")
    }
    return operation
  }
}

extension ScriptHost {
  /// Fetches one page and notes which comes next.
  func nextPage(
    _ operation: Operation, _ input: JSONObject, pages handle: Int64, client: Int64
  ) async throws(ScriptFailure) -> LuaTable {
    let output = try await callForJSON(operation, input, client)
    do throws(SSOError) {
      pages[handle]?.next = try operation.paginator?.next(after: input, output)
    } catch {
      throw .operation(error)
    }
    return LuaTable(json: output)
  }
}
