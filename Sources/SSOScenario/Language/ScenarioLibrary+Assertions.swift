//  ScenarioLibrary+Assertions.swift - assert.*, in busted's manner.
//
//  Knows: what each compares, and the words of a failure.
//  Does not know: how values differ (Difference), promises about whole runs (Promises).

internal import LuaEngine
internal import SSOOIDC
internal import SSOScript
internal import StrictJSON

extension SSOError.Code {
  /// What a scenario expected did not happen.
  static let assertionFailed = Self("AssertionFailed")
}

extension ScriptFailure {
  static func expected(_ message: String) -> ScriptFailure {
    .failed(.assertionFailed, .validation, message)
  }
}

extension ScenarioLibrary {
  var assertions: [APIFunction] {
    let values = valueAssertions
    return values + spellings(of: values) + runAssertions + homeAssertions + promises
      + snapshotAssertions
  }

  private func assertion(
    _ name: String, _ summary: String, _ parameters: [APIParameter],
    values: Int = 0,
    _ check: @escaping @Sendable (CheckedArguments) throws(ScriptFailure) -> Void
  ) -> APIFunction {
    APIFunction(
      "_G.assert", name, summary, .positional(parameters),
      { arguments, _ throws(ScriptFailure) in
        try arguments.require(values)
        try check(arguments)
        return .none
      })
  }

  // MARK: Values

  private static let value = APIParameter("value", .any, required: false)
  private static let pair = [
    APIParameter("expected", .any, required: false), APIParameter("value", .any, required: false),
    APIParameter("message", .string, required: false),
  ]

  private var valueAssertions: [APIFunction] {
    [
      assertion("same", "Both hold the same, however deep.", Self.pair, values: 2) {
        arguments throws(ScriptFailure) in try self.same(arguments)
      },
      assertion("equal", "Both are equal; tables by what they hold.", Self.pair, values: 2) {
        arguments throws(ScriptFailure) in try self.same(arguments)
      },
      assertion("not_same", "They differ.", Self.pair, values: 2) {
        arguments throws(ScriptFailure) in
        guard Difference.areSame(arguments["expected"], arguments["value"]) else { return }
        throw Self.failed("both are \(Difference.text(arguments["value"]))", arguments)
      },
      single("is_true", "It is true.") { $0 == .boolean(true) },
      single("is_false", "It is false.") { $0 == .boolean(false) },
      single("is_nil", "It is nil.") { $0 == .nil },
      single("is_not_nil", "It is not nil.") { $0 != .nil },
      single("truthy", "It is neither nil nor false.") { $0 != .nil && $0 != .boolean(false) },
      single("falsy", "It is nil or false.") { $0 == .nil || $0 == .boolean(false) },
      single("is_string", "It is a string.") { $0.utf8Bytes != nil },
      single("is_number", "It is a number.") { ["integer", "number"].contains($0.typeName) },
      single("is_boolean", "It is true or false.") { $0.typeName == "boolean" },
      single("is_table", "It is a table.") { $0.typeName == "table" },
      single("is_function", "It is a function.") { $0.typeName == "function" },
      assertion(
        "contains", "A text holds another.",
        [APIParameter("text", .bytes), APIParameter("part", .bytes)]
      ) { arguments throws(ScriptFailure) in
        let (text, part) = (arguments.bytes("text") ?? [], arguments.bytes("part") ?? [])
        guard !part.isEmpty, !text.contains(part) else { return }
        throw .expected(
          "expected a text with \(Difference.quoted(part))\n"
            + "     got: \(Difference.quoted(text))")
      },
      APIFunction(
        "_G.assert", "has_error", "A function raises an error, with this text in it.",
        .positional([
          APIParameter("fn", .function), APIParameter("part", .string, required: false),
        ]), suspends: true,
        { arguments, _ throws(ScriptFailure) in
          .ask(.extended("has_error", [arguments["fn"], arguments["part"]]))
        }),
      APIFunction(
        "_G.assert", "has_no_error", "A function raises no error.",
        .positional([APIParameter("fn", .function)]), suspends: true,
        { arguments, _ throws(ScriptFailure) in
          .ask(.extended("has_no_error", [arguments["fn"]]))
        }),
    ]
  }

  private func single(
    _ name: String, _ summary: String, _ holds: @escaping @Sendable (LuaValue) -> Bool
  ) -> APIFunction {
    let message = APIParameter("message", .string, required: false)
    return assertion(name, summary, [Self.value, message], values: 1) {
      arguments throws(ScriptFailure) in
      guard !holds(arguments["value"]) else { return }
      let words = name.replacing("_", with: " ")
      let expected = words.hasPrefix("is ") ? String(words.dropFirst(3)) : "something \(words)"
      throw Self.failed(
        "expected: \(expected)\n     got: \(Difference.text(arguments["value"]))", arguments)
    }
  }

  private func same(_ arguments: CheckedArguments) throws(ScriptFailure) {
    let found = difference.between(expected: arguments["expected"], got: arguments["value"])
    if let found { throw Self.failed(found, arguments) }
  }

  private var difference: Difference {
    let keeper = keeper
    return Difference { keeper.redact($0) }
  }

  private static func failed(_ words: String, _ arguments: CheckedArguments) -> ScriptFailure {
    .expected(arguments.text("message").map { "\($0)\n\(words)" } ?? words)
  }

  /// What `assert.has_error` comes to.
  func hasError(_ arguments: [LuaValue]) async throws(ScriptFailure) {
    guard case .reference(let function)? = arguments.first else { return }
    do throws(LuaFailure) {
      _ = try await call(function)
    } catch {
      guard case .string(let part)? = arguments.dropFirst().first,
        !error.message.containsBytes(part)
      else { return }
      throw .expected(
        "expected an error with \(Difference.text(.string(part)))\n"
          + "     got: \(Difference.text(.string(error.message)))")
    }
    throw .expected("expected an error, and there was none")
  }

  /// What `assert.has_no_error` comes to.
  func hasNoError(_ arguments: [LuaValue]) async throws(ScriptFailure) {
    guard case .reference(let function)? = arguments.first else { return }
    do throws(LuaFailure) {
      _ = try await call(function)
    } catch {
      throw .expected("expected no error, got \(Difference.text(.string(error.message)))")
    }
  }

  // MARK: Runs

  private static let run = APIParameter("run", .object("run"))

  private func ofRun(
    _ name: String, _ summary: String, _ parameters: [APIParameter],
    _ check: @escaping @Sendable (ProcessResult, CheckedArguments) throws(ScriptFailure) -> Void
  ) -> APIFunction {
    assertion(name, summary, [Self.run] + parameters) { arguments throws(ScriptFailure) in
      guard case .run(let run)? = self.object(in: arguments["run"]) else {
        throw .misuse("assert.\(name): expected what sim.run gives")
      }
      try check(run, arguments)
    }
  }

  private var runAssertions: [APIFunction] {
    [
      ofRun("exit", "It ended with this status.", [APIParameter("status", .integer)]) {
        run, arguments throws(ScriptFailure) in
        guard Int64(run.exit) != arguments.integer("status") else { return }
        throw .expected(
          "expected exit status \(arguments.integer("status") ?? 0), got \(run.exit)"
            + run.lastWords)
      },
      ofRun(
        "elapsed", "It took so long, of virtual time.",
        [
          APIParameter("time", .any, required: false),
          APIParameter("tolerance", .any, required: false),
        ]
      ) { run, arguments throws(ScriptFailure) in
        let time = try ScenarioDuration.read(arguments["time"], "assert.elapsed")
        var tolerance = Duration.zero
        if arguments["tolerance"] != .nil {
          tolerance = try ScenarioDuration.read(arguments["tolerance"], "assert.elapsed")
        }
        guard abs((run.elapsed - time).inSeconds) > tolerance.inSeconds else { return }
        throw .expected(
          "expected: \(ScenarioDuration.text(time))\n     got: \(ScenarioDuration.text(run.elapsed))"
        )
      },
      ofRun(
        "last_error", "The last request that failed did so with this error.",
        [APIParameter("error", .string)]
      ) { run, arguments throws(ScriptFailure) in
        let last = run.calls.last { $0.error != nil }?.error
        guard last != arguments.text("error"), run.failureCode != arguments.text("error") else {
          return
        }
        throw .expected(
          "expected: \(arguments.text("error") ?? "")\n     got: \(last ?? "no error")"
            + run.lastWords)
      },
      ofRun("browser_opened", "It opened so many pages.", [APIParameter("pages", .integer)]) {
        run, arguments throws(ScriptFailure) in
        guard Int64(run.pages.count) != arguments.integer("pages") else { return }
        throw .expected(
          "expected \(arguments.integer("pages") ?? 0) pages in the browser, got \(run.pages.count)"
            + run.pages.map { "\n  \($0)" }.joined())
      },
      assertion(
        "no_secret_in", "A text holds no token, code, secret or verifier.",
        [APIParameter("text", .bytes)]
      ) { arguments throws(ScriptFailure) in
        let stage = try self.stage(for: "assert.no_secret_in")
        let text = String(decoding: arguments.bytes("text") ?? [], as: UTF8.self)
        if let shown = SecretSearch(stage).redacted(text) {
          throw .expected("a secret is shown:\n\(shown)")
        }
      },
    ]
  }

  // MARK: Homes

  private static let home = APIParameter("home", .object("home"))
  private static let path = APIParameter("path", .string)

  private func ofHome(
    _ name: String, _ summary: String, _ parameters: [APIParameter],
    _ check: @escaping @Sendable (SimulatedHome, CheckedArguments) throws(ScriptFailure) -> Void
  ) -> APIFunction {
    assertion(name, summary, [Self.home] + parameters) { arguments throws(ScriptFailure) in
      guard case .home(let home)? = self.object(in: arguments["home"]) else {
        throw .misuse("assert.\(name): expected what sim.home gives")
      }
      try check(home, arguments)
    }
  }

  private var homeAssertions: [APIFunction] {
    [
      ofHome(
        "file", "There is such a file.",
        [Self.path, APIParameter("options", .table, required: false, "mode, valid_json, text.")]
      ) { home, arguments throws(ScriptFailure) in
        try FileExpectation(arguments).check(home, self.difference)
      },
      ofHome(
        "folder", "There is such a folder.",
        [Self.path, APIParameter("options", .table, required: false, "mode.")]
      ) { home, arguments throws(ScriptFailure) in
        let options = try OptionTable(arguments["options"], "assert.folder", known: ["mode"])
        try home.checkFolder(arguments.text("path") ?? "", try options.mode("mode"))
      },
      ofHome("no_file", "There is no such file.", [Self.path]) {
        home, arguments throws(ScriptFailure) in
        let path = arguments.text("path") ?? ""
        guard home.disk.look({ $0[$0.canonical(path)] }) != nil else { return }
        throw .expected("expected no file \(path), and there is one")
      },
    ]
  }
}

extension ProcessResult {
  /// The end of what it wrote to standard error, for the text of a failure.
  fileprivate var lastWords: String {
    if let failure { return "\nit failed: \(failure)" }
    let lines = errorText.byteLines.filter { !$0.isEmpty }.suffix(4)
    return lines.isEmpty ? "" : "\nstandard error ended with:\n  " + lines.joined(separator: "\n  ")
  }
}

extension DiskNode {
  fileprivate func check(_ wanted: Int?, of path: String) throws(ScriptFailure) {
    guard let wanted, wanted != mode else { return }
    throw .expected("\(path): expected mode \(Self.octal(wanted)), got \(Self.octal(mode))")
  }

  /// `0600`.
  private static func octal(_ mode: Int) -> String { "0" + String(mode, radix: 8) }
}

extension SimulatedHome {
  fileprivate func checkFolder(_ path: String, _ mode: Int?) throws(ScriptFailure) {
    guard let node = disk.look({ $0[$0.canonical(path)] }), node.isFolder else {
      throw .expected("expected the folder \(path), and there is none")
    }
    try node.check(mode, of: path)
  }
}

/// What `assert.file` is told.
private struct FileExpectation {
  let path: String
  let mode: Int?
  /// Whether it must be JSON, or must not; `nil` where it may be anything.
  let isJSON: Bool?
  let text: String?

  init(_ arguments: CheckedArguments) throws(ScriptFailure) {
    let options = try OptionTable(
      arguments["options"], "assert.file", known: ["mode", "valid_json", "text"])
    path = arguments.text("path") ?? ""
    mode = try options.mode("mode")
    isJSON = try options.flag("valid_json")
    text = try options.text("text")
  }

  func check(_ home: SimulatedHome, _ difference: Difference) throws(ScriptFailure) {
    guard let node = home.disk.look({ $0[$0.canonical(path)] }) else {
      throw .expected("expected the file \(path), and there is none")
    }
    guard let bytes = node.bytes else { throw .expected("\(path) is no file") }
    try node.check(mode, of: path)
    if let isJSON, isJSON != ((try? JSON.parse(bytes)) != nil) {
      throw .expected(
        isJSON
          ? "\(path): expected JSON, got \(bytes.count) bytes that are none"
          : "\(path): expected what is no JSON, got \(bytes.count) bytes that are")
    }
    if let text,
      let found = difference.between(expected: .string(text), got: LuaValue(bytes: bytes))
    {
      throw .expected("\(path):\n\(found)")
    }
  }
}
