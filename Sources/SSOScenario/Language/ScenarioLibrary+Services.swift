//  ScenarioLibrary+Services.swift - services and clocks: their faults, their people, their time.

internal import IdentityService
internal import LuaEngine
internal import SSOScript

extension ScenarioLibrary {
  var serviceMethods: [APIFunction] {
    [
      method(
        "service", "fault", "Plans a fault for an operation, or `*`.",
        [
          APIParameter("operation", .string),
          APIParameter("plan", .any, required: false, "See fault()."),
        ]
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .service(let service) = object else { return .none }
        service.add(
          try FaultOptions.plan(arguments.text("operation") ?? "", arguments["plan"], service.stage)
        )
        return .none
      },
      method(
        "service", "chaos", "Lets chance, from the seed, break things of these kinds.",
        [
          APIParameter("world", .any, required: false, "The property's world."),
          APIParameter(
            "kinds", .list(.string), required: false, "network, http, clock, disk, crash."),
          APIParameter("options", .table, required: false, "rate (0.2), of all requests."),
        ]
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .service(let service) = object else { return .none }
        try Self.chaos(service, in: self.object(in: arguments["world"]), arguments)
        return .none
      },
      method(
        "service", "person", "Somebody before a screen, who acts as is said next.",
        [APIParameter("name", .string, required: false, "Who signs in; else the first.")],
        results: "a person"
      ) { object, arguments, host throws(ScriptFailure) in
        guard case .service(let service) = object else { return .none }
        let person = try Self.person(arguments.text("name"), of: service)
        return .value(host.object("person", self.keep(.person(person))))
      },
    ]
  }

  private static func chaos(
    _ service: SimulatedService, in world: ScenarioObject?, _ arguments: CheckedArguments
  ) throws(ScriptFailure) {
    guard case .world? = world else {
      throw .misuse(
        "service:chaos: first comes the world that a property's function is given: "
          + "property(name, function(world) … svc:chaos(world, { \"network\" }) … end)")
    }
    let options = try OptionTable(arguments["options"], "service:chaos", known: ["rate"])
    let rate = try options.number("rate") ?? 0.2
    guard (0...1).contains(rate) else { throw .misuse("service:chaos: rate is from 0 to 1") }
    let kinds = try kinds(arguments.texts("kinds") ?? [])
    service.setChance(ChancePlan(kinds, rate: rate))
    service.stage.setChance(
      disk: kinds.contains(.disk) ? rate / 2 : 0, crash: kinds.contains(.crash) ? rate / 10 : 0,
      clock: kinds.contains(.clock))
  }

  private static func kinds(_ names: [String]) throws(ScriptFailure) -> Set<ChancePlan.Kind> {
    let known = ChancePlan.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    var kinds: Set<ChancePlan.Kind> = []
    for name in names {
      guard let kind = ChancePlan.Kind(rawValue: name) else {
        throw .misuse("service:chaos: unknown kind \"\(name.prefix(40))\": one of \(known)")
      }
      kinds.insert(kind)
    }
    guard !kinds.isEmpty else {
      throw .misuse("service:chaos: behind world, say what may break: some of { \(known) }")
    }
    return kinds
  }

  private static func person(
    _ name: String?, of service: SimulatedService
  ) throws(ScriptFailure) -> SimulatedPerson {
    if let name, !service.people.contains(name) {
      let known = service.people.joined(separator: ", ")
      throw .misuse("service:person: nobody is called \"\(name.prefix(40))\": one of \(known)")
    }
    return SimulatedPerson(name, of: service)
  }

  var clockMethods: [APIFunction] {
    [
      method(
        "clock", "advance", "Lets time pass, for everybody.", [Self.timeParameter],
        suspends: true
      ) { _, arguments, _ throws(ScriptFailure) in
        let time = try ScenarioDuration.read(arguments["time"], "clock:advance")
        guard time >= .zero else {
          throw .misuse("clock:advance: time does not go back; clock:jump sets a calendar wrong")
        }
        return .ask(.extended("advance", [.integer(time.wholeNanoseconds)]))
      },
      method(
        "clock", "jump", "Sets this clock's calendar forward or back; waiting is not touched.",
        [Self.timeParameter]
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .clock(let clock) = object else { return .none }
        let time = try ScenarioDuration.read(arguments["time"], "clock:jump")
        clock.jump(by: time)
        self.stage?.note("clock", "jumps by \(ScenarioDuration.text(time))")
        return .none
      },
      method("clock", "now", "Seconds since 1970, as this clock shows them.", results: "number") {
        object, _, _ throws(ScriptFailure) in
        guard case .clock(let clock) = object else { return .none }
        return .value(ScenarioDuration.value(clock.now.serviceTime.sinceEpoch))
      },
    ]
  }
}
