//  BehaviourOptions.swift - what stands between clients and rules from the start.

public import IdentityService

/// Faults and a script.
public struct BehaviourOptions: Sendable {
  /// Planned faults.
  public var faults = FaultPlan()
  /// What chance starts from where it is asked for while the server runs, and no seed is named.
  public var seed: UInt64 = 1
  /// Makes scripts run; without it there are none.
  public var loader: BehaviourLoader?
  /// The script that runs from the start.
  public var script: Script?

  /// A script's text.
  public struct Script: Sendable {
    /// For messages: `behaviour.lua`.
    public var name: String
    /// The text.
    public var source: [UInt8]

    /// Names a text.
    public init(name: String, source: [UInt8]) {
      self.name = name
      self.source = source
    }
  }

  /// Nothing.
  public init() {}
}

#if Server
  extension LocalServer {
    var behaviours: Behaviours { Behaviours(options.behaviour) }

    func startScript(_ host: ServiceHost) async throws(LocalServerError) {
      guard let script = options.behaviour.script, let load = host.behaviours.loader else { return }
      do throws(BehaviourError) {
        try await host.behaviours.replace { () throws(BehaviourError) in
          try await load(script.source, script.name, host)
        }
      } catch {
        throw LocalServerError(code: .script, description: error.description)
      }
    }
  }
#endif
