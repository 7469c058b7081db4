//  PolicyFiles.swift - where policies lie on this machine, and which files are not to be trusted.

internal import EventLoop
internal import Platform
internal import SSOOIDC
public import SSOScript

/// Finds the policies in force.
public struct PolicyFiles {
  private static let sizeLimit = 1 << 20
  /// Folders above the working directory that are looked into.
  private static let depthLimit = 64

  private let environment: any WorldEnvironment
  private let directory: String
  private let systemFile: String

  /// Looks from a folder.
  ///
  /// - Parameters:
  ///   - environment: Names the home folder and the folder of settings.
  ///   - directory: The folder that is worked in, canonical.
  ///   - systemFile: The administrator's file.
  public init(
    environment: any WorldEnvironment, directory: String,
    systemFile: String = "/etc/ssoscript/policy.lua"
  ) {
    self.environment = environment
    self.directory = directory
    self.systemFile = systemFile
  }

  /// Reads all policies that are in force here.
  ///
  /// - Parameter named: Further files, which must be there.
  /// - Returns: The policies, the outermost first.
  /// - Throws: `DoorError` that names a file that is not to be trusted or cannot be read.
  public func find(named: [String] = []) throws(DoorError) -> [PolicySource] {
    var sources: [PolicySource] = []
    for (path, level) in places {
      if isClosed(path, level) { continue }
      if let text = try read(path) {
        sources.append(
          PolicySource(path: path, text: text, level: level, folder: Self.folder(of: path)))
        // The nearest project is the one that counts.
        if level == .project { break }
      }
    }
    for path in named { sources.append(try Self.named(path)) }
    return sources
  }

  /// Reads a policy that somebody named; it need not be trusted to be looked over.
  public static func named(_ path: String, isTrusted: Bool = true) throws(DoorError)
    -> PolicySource
  {
    guard let text = try read(path, isTrusted: isTrusted) else {
      throw DoorError("\(path): \(systemWords(for: ENOENT))", number: ENOENT)
    }
    return PolicySource(path: path, text: text, level: .option, folder: folder(of: path))
  }

  /// A folder that is closed to this user is somebody else's, and so is the policy in it.
  private func isClosed(_ path: String, _ level: PolicyLevel) -> Bool {
    switch level {
    case .user: !SystemFolder.hasEntry(path) && errno == EACCES
    case .project: !SystemFolder.hasEntry(SystemPath.parent(of: path)) && errno == EACCES
    default: false
    }
  }

  private static func folder(of path: String) -> String {
    let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    return ThisProcess.canonical(slash.map { path[...$0] }.map { "\($0)." } ?? ".")
  }

  private var places: [(path: String, level: PolicyLevel)] {
    var places: [(String, PolicyLevel)] = [(systemFile, .system)]
    let home = HomeFolder.path(environment: environment.value)
    // The specification calls a relative path invalid: it would be another folder wherever one works.
    let named = environment.value("XDG_CONFIG_HOME").flatMap {
      SystemPath.isAbsolute($0) ? $0 : nil
    }
    if let settings = named ?? home.map({ "\($0)/.config" }) {
      places.append(("\(settings)/ssoscript/policy.lua", .user))
    }
    return places + folders(home).map { ("\($0)/.ssoscript/policy.lua", .project) }
  }

  /// The working directory, and those above it below home.
  private func folders(_ home: String?) -> [String] {
    var folders = [directory]
    let home = home.map { ThisProcess.canonical($0) } ?? ""
    guard !home.isEmpty, home != "/" else { return folders }
    var folder = directory
    while folders.count < Self.depthLimit, SystemPath.isBelow(folder, home) {
      folder = SystemPath.parent(of: folder)
      guard SystemPath.isBelow(folder, home) else { break }
      folders.append(folder)
    }
    return folders
  }

  private func read(_ path: String) throws(DoorError) -> [UInt8]? {
    try Self.read(path, isTrusted: true)
  }

  private static func read(_ path: String, isTrusted: Bool) throws(DoorError) -> [UInt8]? {
    guard let file = SystemFile.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY) else {
      let failure = DoorError.system(path)
      // What is meant to be there may forbid something: that it is not there today allows nothing.
      if let link = SystemFolder.brokenLink(onWayTo: path) {
        let place = link == path ? "" : ": \(link)"
        throw DoorError("the policy \(path)\(place) is a link that leads nowhere", number: ENOENT)
      }
      guard failure.number == ENOENT || failure.number == ENOTDIR else { throw failure }
      return nil
    }
    defer { file.close() }
    if isTrusted, let problem = file.reasonNotToObey {
      throw DoorError("the policy \(path) is not to be trusted: \(problem)")
    }
    guard let text = file.readAll(limit: sizeLimit) else {
      throw .system(path)
    }
    return text
  }
}
