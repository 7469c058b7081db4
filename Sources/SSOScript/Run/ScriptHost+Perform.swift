//  ScriptHost+Perform.swift - wishes granted: each effect through its door.

import LuaEngine
public import SSOOIDC
import StrictJSON

extension ScriptHost {
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
      return [.table(try await run(arguments, input, captures))]
    case .readInput(let format): return [try await read(format)]
    case .prompt(let question, let hidden): return [try await ask(question, hidden)]
    case .readEnvironment, .openFile, .removeFile, .renameFile:
      return try performNow(effect)
    }
  }

  /// Performs an effect that nobody has to wait for.
  func performNow(_ effect: Effect) throws(ScriptFailure) -> [LuaValue] {
    do throws(DoorError) {
      switch effect {
      case .readEnvironment(let name): return [world.environment.value(name).lua]
      case .openFile(let path, let mode):
        let file = FileBuffer(try world.files.open(path, mode))
        return [object(.file, files.add(file))]
      case .removeFile(let path): try world.files.remove(path)
      case .renameFile(let path, let target): try world.files.rename(path, to: target)
      default: break
      }
      return [true]
    } catch {
      throw .door(error, "")
    }
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

  private func send(_ request: HTTPRequest) async throws(ScriptFailure) -> LuaTable {
    do throws(TransportError) {
      let response = try await world.transport.send(request)
      var headers = LuaTable()
      for field in response.headers {
        headers.append(field.name.lowercased(), .string(field.value))
      }
      return LuaTable([
        "status": .integer(Int64(response.status)), "headers": .table(headers),
        "body": LuaValue(bytes: response.body),
      ])
    } catch {
      throw .operation(SSOError(http: error))
    }
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

  private func open(_ url: String) async throws(ScriptFailure) -> [LuaValue] {
    do throws(DoorError) {
      try await world.browser.open(url)
      return [true]
    } catch {
      throw .door(error, "sso.browser.open")
    }
  }

  private func ask(_ question: String, _ hidden: Bool) async throws(ScriptFailure) -> LuaValue {
    do throws(DoorError) {
      guard let line = try await world.terminal.prompt(question, hidden: hidden) else {
        return .nil
      }
      if hidden { secrets.remember(line) }
      return .string(line)
    } catch {
      throw .door(error, "sso.terminal.prompt")
    }
  }

  private func read(_ format: ReadFormat) async throws(ScriptFailure) -> LuaValue {
    do throws(DoorError) {
      while true {
        if let value = input.take(format) { return value }
        let more = try await world.terminal.read(64 << 10)
        input.append(more)
      }
    } catch {
      throw .door(error, "io.read")
    }
  }

  // MARK: Programs

  private func run(
    _ arguments: [String], _ bytes: [UInt8], _ captures: Bool
  ) async throws(ScriptFailure) -> LuaTable {
    do throws(DoorError) {
      let end = try await world.programs.run(arguments, input: bytes, capturesOutput: captures)
      return LuaTable([
        "status": end.exitStatus.map { .integer(Int64($0)) } ?? .nil,
        "signal": end.signal.map { .integer(Int64($0)) } ?? .nil,
        "output": captures ? LuaValue(bytes: end.output) : .nil,
      ])
    } catch {
      throw .door(error, arguments.first ?? "")
    }
  }
}

extension SSOError.Code {
  /// The object was closed before.
  public static let closed = Self("Closed")
}

extension SSOError {
  /// A failed request of `sso.http`.
  init(http error: TransportError) {
    self.init(
      Code(error.code.rawValue), .transport, error.message, operation: "sso.http",
      host: error.host)
    transport = error
  }
}
