//  SimulatedProcess+World.swift - what one program sees: the doors of its machine, and its options.
//
//  Knows: what a scenario, its home and its mishaps each add to them.
//  Does not know: how the program ends (SimulatedProcess).

internal import SSOOIDC
internal import SSOScript

extension SimulatedProcess {
  func world(_ seed: UInt64) -> World {
    var variables = [
      "HOME": DiskTree.home, "AWS_REGION": "us-east-1", "USER": "me", "PATH": "/usr/bin",
    ]
    variables.merge(home.environment) { $1 }
    variables.merge(home.mishaps.variables()) { $1 }
    variables.merge(request.environment) { $1 }
    let network = SimulatedNetwork(
      process: number, services: services, home: home,
      proxies: ProxyRoutes(variables, on: stage),
      isAlive: { [weak self] in self?.isAlive ?? false },
      onFlood: { [weak self] in self?.flooded() })
    var world = World(
      clock: clock, randomness: SeededBytes(seed: seed), transport: transport(network),
      environment: SimulatedEnvironment(values: variables, mishaps: mishaps),
      files: SimulatedFiles(
        disk: home.disk, process: self, moduleRoots: request.moduleRoots, readSource: readSource),
      terminal: MishapTerminal(terminal: terminal, process: self),
      browser: MishapBrowser(browser: browser, process: self),
      programs: SimulatedPrograms(
        home: home, process: self, known: request.programs, terminal: terminal),
      caches: SimulatedCaches(home: home, process: self),
      listener: SimulatedListening(home: home, process: number, mishaps: mishaps))
    world.mail = network
    world.tables = SimulatedTables(disk: home.disk, process: self)
    world.turns = SimulatedTurns(process: self)
    return world
  }

  func options(_ seed: UInt64) -> ScriptOptions {
    var options = ScriptOptions()
    options.permissions = .all
    options.seed = seed
    options.arguments = request.arguments
    options.scriptName = request.path
    options.moduleRoots = [request.moduleRoot]
    options.policies = mishaps.policies + request.policies
    options.coverage = request.coverage
    options.pool = stage.interpreters
    let path = "\(DiskTree.home)/.aws/config"
    let config = home.disk.look { $0[path]?.bytes }
    if let config, let parsed = try? AWSConfig.parse(String(decoding: config, as: UTF8.self)) {
      options.config = parsed
    }
    options.config.origin = config == nil ? .absent(path) : .file(path)
    return options
  }

  private func transport(_ network: SimulatedNetwork) -> any HTTPTransport {
    var transport: any HTTPTransport = network
    if let page = stage.archive {
      transport = ArchivingTransport(
        transport: transport, page: page, time: stage.time, process: number)
    }
    guard stage.isStepped else { return transport }
    return SteppedTransport(transport: transport, stage: stage, process: number)
  }

  private var clock: any WorldClock {
    stage.isStepped ? SteppedClock(clock: home.clock, stage: stage, process: number) : home.clock
  }

  private func flooded() {
    kill(
      status: 7, because: "is stopped: 1000 requests in the same instant, a loop without a pause")
  }
}
