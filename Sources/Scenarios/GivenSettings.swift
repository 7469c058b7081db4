//  GivenSettings.swift - reads what the command line gives to all scenarios: files, environment.
//
//  Knows: files are read again while somebody changes them; a pipe gives its bytes once.

internal import ArgumentParser
internal import LiveWorld
internal import SSOScenario
internal import SSOScript
internal import Synchronization

/// What is given to all scenarios, as it was read last.
final class GivenSettings: Sendable {
  private let state = Mutex((settings: ScenarioSettings(), files: GivenFiles()))

  /// - Throws: `ValidationError` for what is wrong, without a value in it.
  init(_ options: GivenOptions) throws(ValidationError) { try read(options) }

  var settings: ScenarioSettings { state.withLock { $0.settings } }

  /// The files that can be read again, with the hash of what was in them.
  var watched: [String: UInt64] { state.withLock { $0.files.hashes } }

  /// Reads all of it, once more if need be; what is wrong changes nothing.
  ///
  /// - Throws: `ValidationError`, as at first.
  func read(_ options: GivenOptions) throws(ValidationError) {
    var files = state.withLock { $0.files }
    let settings = try ScenarioSettings(options) { file throws(DoorError) in try files.read(file) }
    state.withLock { $0 = (settings, files) }
  }
}

/// The files of --vars and --secrets.
private struct GivenFiles {
  private static let limit = 1 << 20

  /// What pipes and the like gave.
  private var kept: [String: [UInt8]] = [:]
  private(set) var hashes: [String: UInt64] = [:]

  mutating func read(_ file: String) throws(DoorError) -> [UInt8] {
    if let bytes = kept[file] { return bytes }
    let isKnown = hashes[file] != nil
    // A stream of this process may go on where it was read to, even if it is of a file.
    let isFile = isKnown || file != "-" && !file.hasPrefix("/dev/") && RegularFile(file) != nil
    let bytes =
      isKnown
      ? try ThisProcess.read(regular: file, limit: Self.limit)
      : try ThisProcess.read(file, limit: Self.limit)
    if isFile { hashes[file] = LastRun.hash(bytes) } else { kept[file] = bytes }
    return bytes
  }
}

extension ScenarioSettings {
  fileprivate typealias Reader = (_ file: String) throws(DoorError) -> [UInt8]

  fileprivate init(_ options: GivenOptions, _ read: Reader) throws(ValidationError) {
    self.init()
    profile = options.serviceProfile?.name
    do throws(GivenValueError) {
      for list in options.faults {
        for id in try Self.faults(list) where !faults.contains(id) { faults.append(id) }
      }
    } catch {
      throw ValidationError("--faults: \(error.message).")
    }
    variables = try Self.values(.variable, options.variables, options.vars, read)
    secrets = try Self.values(.secret, options.secretValues, options.secrets, read)
    if let name = variables.keys.sorted().first(where: { secrets[$0] != nil }) {
      throw ValidationError(
        "\"\(name)\" is given as a variable and as a secret: the one would show the other.")
    }
  }

  private static func values(
    _ kind: GivenValues.Kind, _ options: [String], _ files: [String], _ read: Reader
  ) throws(ValidationError) -> [String: String] {
    var values = GivenValues(kind)
    do throws(GivenValueError) {
      try values.add(environment: variables(kind))
      for option in options { try values.add(option: option) }
      for file in files { try values.add(file: try bytes(of: file, kind, read), file) }
      return try values.all()
    } catch {
      throw ValidationError("\(error.message).")
    }
  }

  private static func variables(
    _ kind: GivenValues.Kind
  ) throws(GivenValueError) -> [String: String] {
    do throws(DoorError) {
      return try ThisProcess.variables(beginning: kind.prefix)
    } catch {
      throw GivenValueError(error.message)
    }
  }

  private static func bytes(
    of file: String, _ kind: GivenValues.Kind, _ read: Reader
  ) throws(GivenValueError) -> [UInt8] {
    do throws(DoorError) {
      return try read(file)
    } catch {
      throw GivenValueError("\(kind.fileOption): \(error.message)")
    }
  }
}
