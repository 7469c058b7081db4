//  GivenSettings.swift - reads what the command line gives to all scenarios: files, environment.

internal import ArgumentParser
internal import LiveWorld
internal import SSOScenario
internal import SSOScript

extension ScenarioSettings {
  private static let fileLimit = 1 << 20

  /// - Throws: `ValidationError` for what is wrong, without a value in it.
  init(_ options: GivenOptions) throws {
    self.init()
    profile = options.serviceProfile?.name
    do throws(GivenValueError) {
      for list in options.faults {
        for id in try Self.faults(list) where !faults.contains(id) { faults.append(id) }
      }
    } catch {
      throw ValidationError("--faults: \(error.message).")
    }
    variables = try Self.values(.variable, options.variables, options.vars)
    secrets = try Self.values(.secret, options.secretValues, options.secrets)
    if let name = variables.keys.sorted().first(where: { secrets[$0] != nil }) {
      throw ValidationError(
        "\"\(name)\" is given as a variable and as a secret: the one would show the other.")
    }
  }

  private static func values(
    _ kind: GivenValues.Kind, _ options: [String], _ files: [String]
  ) throws -> [String: String] {
    var values = GivenValues(kind)
    do throws(GivenValueError) {
      try values.add(environment: ThisProcess.variables(beginning: kind.prefix))
      for option in options { try values.add(option: option) }
      for file in files { try values.add(file: try read(file, kind), file) }
      return try values.all()
    } catch {
      throw ValidationError("\(error.message).")
    }
  }

  private static func read(
    _ file: String, _ kind: GivenValues.Kind
  ) throws(GivenValueError) -> [UInt8] {
    do throws(DoorError) {
      return try ThisProcess.read(file, limit: fileLimit)
    } catch {
      throw GivenValueError("\(kind.fileOption): \(error.message)")
    }
  }
}
