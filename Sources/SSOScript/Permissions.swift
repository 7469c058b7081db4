//  Permissions.swift - what a script may ask for. Pure.
//
//  Knows: which effect needs which permission, and the flag that would grant it.
//  Does not know: how an effect is performed.

import SSOOIDC
import StrictJSON

/// What a script may reach.
///
/// Nothing that is not listed is permitted.
public struct Permissions: Sendable, Equatable {
  /// Hosts (`example.com`, `example.com:8443`, `*.example.com`), or `*`.
  public var net: [String] = []
  /// Files and directories to read, canonical paths, or `*`.
  public var read: [String] = []
  /// Files and directories to write, canonical paths, or `*`.
  public var write: [String] = []
  /// Environment variables (`AWS_*` matches by prefix), or `*`.
  public var environment: [String] = []
  /// Programs, as the script names them (`git-*` matches by prefix), or `*`.
  public var run: [String] = []

  /// Permits nothing but what needs no permission: time, the terminal, AWS's own endpoints.
  public init() {}

  /// Everything.
  public static var all: Permissions {
    var permissions = Permissions()
    permissions.net = ["*"]
    permissions.read = ["*"]
    permissions.write = ["*"]
    permissions.environment = ["*"]
    permissions.run = ["*"]
    return permissions
  }

  /// Judges one wish.
  ///
  /// - Parameter effect: The wish; its paths are canonical.
  /// - Returns: Why it is refused, or nil.
  public func refusal(of effect: Effect) -> Refusal? {
    switch effect {
    case .call(_, _, _, let url), .nextPage(_, _, _, _, let url), .signIn(_, let url):
      refusal(ofURL: url)
    case .session(_, _, let urls): urls.lazy.compactMap { refusal(ofURL: $0) }.first
    case .http(let request): refusal(of: request)
    case .openFile(let path, let mode): refusal(ofOpening: path, mode)
    case .removeFile(let path): mayWrite(path) ? nil : Refusal(path, "write", path)
    case .renameFile(let path, let target):
      [path, target].first { !mayWrite($0) }.map { Refusal($0, "write", $0) }
    case .writeProfiles(_, let path):
      [path, ConfigDraft.path(for: path)].first { !mayWrite($0) }.map { Refusal($0, "write", $0) }
    case .readEnvironment(let name):
      matches(name, environment) ? nil : Refusal("variable \(name)", "env", name)
    case .run(let arguments, _, _): refusal(ofRunning: arguments)
    case .notify(let notification): refusal(of: notification.way)
    case .sleep, .openBrowser, .readInput, .readFile, .prompt, .store, .extended: nil
    }
  }

  private func refusal(of way: Notification.Way) -> Refusal? {
    switch way {
    case .program(let arguments, _, _): refusal(ofRunning: arguments)
    case .webhook(let request): refusal(of: request)
    case .mail(let mail): refusal(ofURL: mail.url) ?? refusal(ofCAFile: mail.caBundle)
    }
  }

  private func refusal(of request: HTTPRequest) -> Refusal? {
    refusal(ofURL: request.url) ?? refusal(ofCAFile: request.options.caBundle)
  }

  /// Whether a file is there, and what it is, shows in how a request fails.
  private func refusal(ofCAFile path: String?) -> Refusal? {
    path.flatMap { refusal(ofOpening: $0, .reading) }
  }

  private func refusal(ofRunning arguments: [String]) -> Refusal? {
    let program = arguments.first ?? ""
    return matches(program, run) ? nil : Refusal("program \(program)", "run", program)
  }

  private func refusal(ofURL url: String) -> Refusal? {
    // What is no address is nobody's that was named.
    let host = HostPattern.host(of: url) ?? url
    guard !HostPattern.isAWS(host) else { return nil }
    let port = HostPattern.usualPort(of: url)
    let isNamed = net.contains { HostPattern.matches(host, $0, usualPort: port) }
    return isNamed ? nil : Refusal(host, "net", host)
  }

  private func refusal(ofOpening path: String, _ mode: FileMode) -> Refusal? {
    if mode.writes, !mayWrite(path) { return Refusal(path, "write", path) }
    if mode.reads, !contains(path, read) { return Refusal(path, "read", path) }
    return nil
  }

  private func mayWrite(_ path: String) -> Bool { contains(path, write) }

  private func contains(_ path: String, _ roots: [String]) -> Bool {
    roots.contains { $0 == "*" || SystemPath.isWithin(path, $0) }
  }

  private func matches(_ name: String, _ patterns: [String]) -> Bool {
    patterns.contains { NamePattern.matches(name, $0) }
  }
}

/// Why a wish was refused, and the flag that would have granted it.
public struct Refusal: Sendable, Equatable {
  /// What is not permitted.
  public var subject: String
  /// `--allow-net=example.com`, as one types it into a shell; `nil` where no flag names that alone.
  public var flag: String?

  init(_ subject: String, _ kind: String, _ value: String) {
    self.subject = subject
    let typed =
      switch kind {
      case "read", "write": Self.typed(path: value)
      case "run", "env": Self.typed(name: value)
      default: NamePattern.hasStar(value) ? nil : value
      }
    flag = typed.map { "--allow-\(kind)=\(ShellWord.printable($0))" }
  }

  /// A name as the flag takes it: at a comma the list goes on, so a pattern has to do.
  ///
  /// None for one with a star, which would be a pattern itself, and where nothing is before the comma, or
  /// at all.
  private static func typed(name: String) -> String? {
    guard !NamePattern.hasStar(name) else { return nil }
    let beginning = name.prefix { $0 != "," }
    guard !beginning.isEmpty else { return nil }
    return beginning == name ? name : "\(beginning)*"
  }

  /// A path as the flag takes it: at a comma the list goes on, so the folder above has to do.
  private static func typed(path: String) -> String {
    guard SystemPath.isAbsolute(path), let comma = path.firstIndex(of: ",") else { return path }
    let folder = SystemPath.parent(of: String(path[..<comma]))
    return folder.isEmpty ? "/" : folder
  }

  /// One line for the person.
  public var description: String {
    let way = flag.map { "run with \($0)" } ?? "no flag permits that name alone"
    return "\(subject) is not permitted (\(way))"
  }
}
