//  RunCommand.swift - `ssoscript run`: a script against the live world.

import ArgumentParser
import LiveWorld
import SSOScript

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a login script.",
    discussion: "FILE may be - for standard input; everything after it goes to the script.")

  @OptionGroup var permissions: PermissionOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var client: ClientOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var policies: PolicyOptions

  @Option(name: .customShort("e"), help: ArgumentHelp("Run this text.", valueName: "code"))
  var code: [String] = []

  @Argument(
    help: "The script, then its arguments.", completion: .file(extensions: ["lua"]))
  var file: String?

  @Argument(parsing: .captureForPassthrough, help: .hidden)
  var arguments: [String] = []

  /// Parses what is not the script's.
  static func parsed(_ words: RunWords) throws -> any ParsableCommand {
    if let complaint = words.complaint { throw ValidationError(complaint) }
    let own = ["run"] + words.options + words.script.prefix(1)
    let command = try SSOScriptCommand.parseAsRoot(own)
    guard var run = command as? RunCommand else { return command }
    run.arguments = Array(words.script.dropFirst())
    return run
  }

  func run() throws {
    guard !code.isEmpty || file != nil else {
      throw ValidationError("Name a script, or give its text with -e.")
    }
    guard code.count <= 1 else {
      throw ValidationError("-e is given \(code.count) times: the script is one text.")
    }
    var settings = RunSettings()
    permissions.apply(to: &settings)
    limits.apply(to: &settings)
    client.apply(to: &settings)
    log.apply(to: &settings)
    settings.policies = policies.files
    Script.load(code: code.first, file: file, arguments: arguments).run(settings)
  }

  /// Runs a script named without any option, the way most are, before anything is parsed: building
  /// the parser's tables costs more than starting Lua.
  static func runDirectly(_ words: [String]) {
    guard words.count >= 2, words[0] == "run", words[1] == "-" || !words[1].hasPrefix("-") else {
      return
    }
    Script.load(code: nil, file: words[1], arguments: Array(words.dropFirst(2))).run(RunSettings())
  }
}

/// The text of a script and what it is called.
struct Script {
  private static let sizeLimit = 16 << 20

  var source: [UInt8]
  /// For messages, as Lua wants it.
  var chunkName: String
  /// As the user named it.
  var path: String
  /// Where `require` looks.
  var directory: String
  var arguments: [String]
  /// Whether it comes with the program: its user wrote none of its lines.
  var isBuiltIn = false

  /// Runs it as this process.
  func run(_ settings: RunSettings) -> Never {
    let environment = LiveEnvironment()
    ScriptProcess(
      options: settings.options(for: self, environment), environment: environment,
      trace: settings.trace
    ).run(self)
  }

  /// Reads it, or ends the process with a clear word.
  static func load(code: String?, file: String?, arguments: [String]) -> Script {
    let here = ThisProcess.canonical(".")
    if let code {
      return Script(
        source: Array(code.utf8), chunkName: "=(command line)", path: "-e", directory: here,
        arguments: (file.map { [$0] } ?? []) + arguments)
    }
    let path = file ?? "-"
    do throws(DoorError) {
      let source = try ThisProcess.read(path, limit: sizeLimit)
      guard path != "-" else {
        return Script(
          source: source, chunkName: "=stdin", path: path, directory: here, arguments: arguments)
      }
      let canonical = ThisProcess.canonical(path)
      let directory = SystemPath.parent(of: canonical)
      return Script(
        source: source, chunkName: "@\(path)", path: path,
        directory: directory.isEmpty ? "/" : directory, arguments: arguments)
    } catch {
      Standard.error("ssoscript run: cannot read \(error.message)")
      Standard.exit(.scriptFailed)
    }
  }
}
