//  ScriptHost+Perform.swift - wishes granted: each effect through its door.

import EventLoop
import LuaEngine
public import SSOOIDC
import StrictJSON

extension ScriptHost {
  /// Refuses what this script may not do.
  func permit(
    _ effect: Effect, _ function: @autoclosure () -> String
  ) throws(ScriptFailure) {
    guard let refusal = options.permissions.refusal(of: effect) else { return }
    throw .failed(.notPermitted, .permission, words(of: refusal), operation: function())
  }

  private func words(of refusal: Refusal) -> String {
    if let owner = options.confinement?.owner {
      return "\(refusal.subject) is not permitted to \(owner)"
    }
    return options.hasFlags ? refusal.description : "\(refusal.subject) is not permitted here"
  }

  /// Performs a permitted effect and gives what the script's call returns.
  func perform(_ effect: Effect) async throws(ScriptFailure) -> [LuaValue] {
    switch effect {
    case .call(let operation, let input, let client, _):
      return [.table(LuaTable(json: try await callForJSON(operation, input, client)))]
    case .nextPage(let operation, let input, let pages, let client, _):
      return [.table(try await nextPage(operation, input, pages: pages, client: client))]
    case .http(let request): return [.table(try await send(request))]
    case .sleep(let duration): return try await sleep(duration)
    case .openBrowser(let url): return try await open(url)
    case .run(let arguments, let input, let captures):
      return try await run(arguments, input, captures)
    case .notify(let notification): return try await deliver(notification)
    case .readInput(let formats, let isLine): return try await readInput(formats, isLine)
    case .readFile(let file, let formats, let lines): return try await read(file, formats, lines)
    case .prompt(let question, let hidden): return [try await ask(question, hidden)]
    case .readEnvironment, .openFile, .removeFile, .renameFile:
      return try performNow(effect)
    case .signIn(let job, _): return [.table(try await signIn(job))]
    case .session(let wish, let job, _): return [try await perform(wish, job)]
    case .writeProfiles(let sections, let path): return [try await write(sections, into: path)]
    case .store(let handle, let wish): return try await perform(wish, handle)
    case .extended(let name, let arguments):
      return try await options.extension?.perform(name, arguments) ?? []
    }
  }

  /// Performs an effect that nobody has to wait for.
  func performNow(_ effect: Effect) throws(ScriptFailure) -> [LuaValue] {
    do throws(DoorError) { return try grant(effect) } catch { throw .door(error, "") }
  }

  /// The same, where the door's own error matters.
  func grant(_ effect: Effect) throws(DoorError) -> [LuaValue] {
    switch effect {
    case .readEnvironment(let name): return [readVariable(name)]
    case .openFile(let path, let mode):
      return [object(.file, files.add(FileBuffer(try openFile(path, mode))))]
    case .removeFile(let path): try world.files.remove(path)
    case .renameFile(let path, let target): try world.files.rename(path, to: target)
    default: break
    }
    return [true]
  }

  // MARK: The network

  func callForJSON(
    _ operation: Operation, _ input: JSONObject, _ handle: Int64
  ) async throws(ScriptFailure) -> JSONObject {
    guard let client = clients[handle] else {
      throw .failed(.closed, .validation, "the client is closed", operation: operation.name)
    }
    secrets.remember(input, operation.input)
    do throws(SSOError) {
      let output = try await client.service.call(operation, input)
      secrets.remember(output, operation.output)
      return output
    } catch {
      // Out of range is wrong use as much as a wrong type is: raised in both worlds.
      if error.code == .invalidParameter { throw .misuse(error.scriptMessage) }
      throw .operation(error)
    }
  }

  /// Under a policy a request of the script's own does not go where the policy judges each call.
  func checkWay(of request: HTTPRequest, _ function: String) throws(ScriptFailure) {
    guard policies != nil, let host = HostPattern.host(of: request.url),
      HostPattern.awsRegion(of: host) != nil
    else { return }
    throw .operation(
      .policy(
        "under a policy AWS's sign-in services are reached by sso.client and its like only",
        operation: function))
  }

  private func send(_ request: HTTPRequest) async throws(ScriptFailure) -> LuaTable {
    try checkWay(of: request, "sso.http")
    secrets.remember(request)
    do throws(TransportError) {
      let response = try await world.transport.send(request)
      secrets.remember(response)
      return LuaTable([
        "status": .integer(Int64(response.status)), "headers": .table(table(of: response.headers)),
        "body": LuaValue(bytes: response.body),
      ])
    } catch {
      throw .operation(SSOError(http: error))
    }
  }

  /// Names in lower case; the values of a name that comes twice are joined, as HTTP has it.
  private func table(of headers: HTTPHeaders) -> LuaTable {
    var values: [String: String] = [:]
    for field in headers {
      let name = field.name.lowercased()
      values[name] = values[name].map { "\($0), \(field.value)" } ?? field.value
    }
    var table = LuaTable()
    for (name, value) in values { table.append(name, .string(value)) }
    return table
  }

  private func readVariable(_ name: String) -> LuaValue {
    let value = world.environment.value(name)
    if let value { secrets.remember(variable: name, value) }
    return value.lua
  }

  private func sleep(_ duration: Duration) async throws(ScriptFailure) -> [LuaValue] {
    do {
      try await world.clock.sleep(for: duration)
      return []
    } catch {
      throw .failed(.cancelled, .cancelled, "the task was cancelled")
    }
  }

  // MARK: The person

  /// The address is shown first: the browser may not come, or come up somewhere else.
  private func open(_ url: String) async throws(ScriptFailure) -> [LuaValue] {
    say("open \(PrintableText.escaped(url, limit: 4000))")
    do throws(DoorError) {
      try await world.browser.open(url)
      return [true]
    } catch {
      throw .door(error, "sso.browser.open")
    }
  }

  private func ask(_ question: String, _ hidden: Bool) async throws(ScriptFailure) -> LuaValue {
    showRest()
    do throws(DoorError) {
      guard
        let line = try await world.terminal.prompt(
          secrets.redact(question), hidden: hidden)
      else {
        return .nil
      }
      if hidden { secrets.rememberTyped(line) }
      return .string(line)
    } catch {
      throw .door(error, hidden ? "sso.terminal.prompt_hidden" : "sso.terminal.prompt")
    }
  }

  // MARK: Programs

  private func run(
    _ arguments: [String], _ bytes: [UInt8], _ captures: Bool
  ) async throws(ScriptFailure) -> [LuaValue] {
    let function = captures ? "io.popen" : "os.execute"
    let end: ProgramEnd
    showRest()
    do throws(DoorError) {
      end = try await world.programs.run(
        arguments, input: bytes, capturesOutput: captures || options.isAside)
      if options.isAside, !captures { try show(end.output, on: .output) }
    } catch {
      throw .door(error, function)
    }
    guard !end.isCut else {
      let words = "the program wrote more than \(ProgramEnd.limitWords)"
      throw .failed(.tooLarge, .limit, words, operation: function)
    }
    return captures ? [.table(end.table)] : end.results
  }
}

extension ProgramEnd {
  /// As `io.popen` gives it.
  fileprivate var table: LuaTable {
    LuaTable([
      "status": exitStatus.map { .integer(Int64($0)) } ?? .nil,
      "signal": signal.map { .integer(Int64($0)) } ?? .nil, "output": LuaValue(bytes: output),
    ])
  }

  /// As Lua's `os.execute` gives it.
  fileprivate var results: [LuaValue] {
    if let signal { return [.nil, "signal", .integer(Int64(signal))] }
    return [exitStatus == 0 ? true : .nil, "exit", .integer(Int64(exitStatus ?? 0))]
  }
}

extension SSOError.Code {
  /// More came than is kept.
  static let tooLarge = Self(TransportError.Code.tooLarge.rawValue)
  /// The stores in memory have no room for it.
  public static let memoryFull = Self("MemoryFull")
  /// The object was closed before.
  public static let closed = Self("Closed")
}

extension SSOError {
  /// A failed request of `sso.http`.
  init(http error: TransportError) {
    self.init(
      Code(error.code.rawValue), error.kind, error.message, operation: "sso.http",
      host: error.host)
    retryable = error.isPassing
    transport = error
  }
}
