//  ScenarioLibrary+Objects.swift - the methods of services, clocks, people and homes.

internal import IdentityService
internal import LuaEngine
internal import SSOOIDC
internal import SSOScript

extension ScenarioLibrary {
  /// A method of one of our objects.
  func method(
    _ container: String, _ name: String, _ summary: String, _ parameters: [APIParameter] = [],
    results: String = "", suspends: Bool = false,
    _ body:
      @escaping @Sendable (ScenarioObject, CheckedArguments, ScriptHost)
      throws(ScriptFailure) -> APIAnswer
  ) -> APIFunction {
    APIFunction(
      container, name, summary, .positional(parameters), results: results, suspends: suspends,
      isMethod: true,
      { arguments, host throws(ScriptFailure) in
        try body(try self.receiver(arguments), arguments, host)
      })
  }

  // MARK: Services and clocks

  /// What is missing is told by what reads it.
  private static let time = APIParameter("time", .any, required: false, "`42s`.")

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
        guard case .world? = self.object(in: arguments["world"]) else {
          throw .misuse(
            "service:chaos: first comes the world that a property's function is given: "
              + "property(name, function(world) … svc:chaos(world, { \"network\" }) … end)")
        }
        try Self.chaos(service, arguments)
        return .none
      },
      method(
        "service", "person", "Somebody before a screen, who acts as is said next.",
        [APIParameter("name", .string, required: false, "Who signs in; else the first.")],
        results: "a person"
      ) { object, arguments, host throws(ScriptFailure) in
        guard case .service(let service) = object else { return .none }
        let name = arguments.text("name")
        if let name, !service.people.contains(name) {
          let known = service.people.joined(separator: ", ")
          throw .misuse(
            "service:person: nobody is called \"\(name.prefix(40))\": one of \(known)")
        }
        let person = SimulatedPerson(name, of: service)
        return .value(host.object("person", self.keep(.person(person))))
      },
      method(
        "clock", "advance", "Lets time pass, for everybody.", [Self.time],
        suspends: true
      ) { _, arguments, _ throws(ScriptFailure) in
        let time = try ScenarioDuration.read(arguments["time"], "clock:advance")
        guard time >= .zero else {
          throw .misuse("clock:advance: time does not go back; clock:jump sets a calendar wrong")
        }
        return .ask(.extended("advance", [.integer(time.wholeMilliseconds * 1_000_000)]))
      },
      method(
        "clock", "jump", "Sets this clock's calendar forward or back; waiting is not touched.",
        [Self.time]
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

  private static func chaos(
    _ service: SimulatedService, _ arguments: CheckedArguments
  ) throws(ScriptFailure) {
    let options = try OptionTable(arguments["options"], "service:chaos", known: ["rate"])
    let rate = try options.number("rate") ?? 0.2
    guard (0...1).contains(rate) else { throw .misuse("service:chaos: rate is from 0 to 1") }
    let known = ChancePlan.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    var kinds: Set<ChancePlan.Kind> = []
    for name in arguments.texts("kinds") ?? [] {
      guard let kind = ChancePlan.Kind(rawValue: name) else {
        throw .misuse("service:chaos: unknown kind \"\(name.prefix(40))\": one of \(known)")
      }
      kinds.insert(kind)
    }
    guard !kinds.isEmpty else {
      throw .misuse("service:chaos: behind world, say what may break: some of { \(known) }")
    }
    service.setChance(ChancePlan(kinds, rate: rate))
    service.stage.setChance(
      disk: kinds.contains(.disk) ? rate / 2 : 0, crash: kinds.contains(.crash) ? rate / 10 : 0,
      clock: kinds.contains(.clock))
  }

  // MARK: People

  var personMethods: [APIFunction] {
    [
      step("at", "What follows happens so long after now.", [Self.time]) {
        person, arguments throws(ScriptFailure) in
        person.at(try Self.wait(arguments, "person:at"))
      },
      step("after", "So long after what was said before.", [Self.time]) {
        person, arguments throws(ScriptFailure) in
        person.after(try Self.wait(arguments, "person:after"))
      },
      step(
        "opens", "Opens a page.",
        [
          APIParameter(
            "page", .string, required: false,
            "verification_uri, verification_uri_complete, or browser: what the flow opens itself.")
        ]
      ) { person, arguments throws(ScriptFailure) in
        let page = arguments.text("page") ?? "verification_uri"
        guard ["verification_uri", "verification_uri_complete", "browser"].contains(page) else {
          throw .misuse(
            "person:opens: verification_uri, verification_uri_complete or browser, not "
              + "\"\(page.prefix(40))\"")
        }
        person.opens(page)
      },
      step("sees_code", "Denies if the page shows another code.", [APIParameter("code", .string)]) {
        person, arguments throws(ScriptFailure) in
        person.sees(code: arguments.text("code") ?? "")
      },
      decision("approves", "Approves.", .approve),
      decision("denies", "Denies.", .deny),
      decision("double_clicks", "Approves twice.", .approve, times: 2),
      step("closes", "Closes the page without a decision.") { person, _ throws(ScriptFailure) in
        person.closes()
      },
      step("is_phished", "Gets an attacker's link, with the attacker's code.") {
        person, _ throws(ScriptFailure) in person.isPhished()
      },
    ]
  }

  private static func wait(
    _ arguments: CheckedArguments, _ place: String
  ) throws(ScriptFailure) -> Duration {
    let time = try ScenarioDuration.read(arguments["time"], place)
    guard time >= .zero else { throw .misuse("\(place): a person acts later, not earlier") }
    return time
  }

  private func decision(
    _ name: String, _ summary: String, _ verdict: Verdict, times: Int = 1
  ) -> APIFunction {
    step(name, summary) { person, _ throws(ScriptFailure) in
      guard !person.hasClosed else {
        throw .misuse("person:\(name): the page is closed; :opens() comes before")
      }
      person.decides(verdict, times: times)
    }
  }

  /// A method that gives the person back, for the next.
  private func step(
    _ name: String, _ summary: String, _ parameters: [APIParameter] = [],
    _ act: @escaping @Sendable (SimulatedPerson, CheckedArguments) throws(ScriptFailure) -> Void
  ) -> APIFunction {
    method("person", name, summary, parameters, results: "the person") {
      object, arguments, host throws(ScriptFailure) in
      guard case .person(let person) = object, let handle = arguments.receiver?.handle else {
        return .none
      }
      try act(person, arguments)
      return .value(host.object("person", handle))
    }
  }

  // MARK: Homes

  var homeMethods: [APIFunction] {
    let path = APIParameter("path", .string, "From the home, or absolute.")
    return [
      file(
        "write", "Writes a file, and the folders above it.",
        [
          path, APIParameter("text", .bytes),
          APIParameter("options", .table, required: false, "mode (\"0600\"), foreign."),
        ]
      ) { home, path, arguments throws(ScriptFailure) in
        try home.write(path, arguments)
        return .none
      },
      file(
        "folder", "Makes a folder, or changes the one that is there.",
        [path, APIParameter("options", .table, required: false, "mode (\"0700\"), foreign.")]
      ) { home, path, arguments throws(ScriptFailure) in
        try home.makeFolder(path, arguments)
        return .none
      },
      file("link", "Makes a link.", [path, APIParameter("target", .string)]) {
        home, path, arguments throws(ScriptFailure) in
        let node = DiskNode(content: .link(arguments.text("target") ?? ""), mode: 0o777)
        home.disk.arrange { $0.put(node, at: path, isSynced: true) }
        return .none
      },
      file("read", "Gives what a file holds, or nil.", [path]) {
        home, path, _ throws(ScriptFailure) in
        .value(home.disk.look { $0[$0.canonical(path)]?.bytes }.map(LuaValue.init(bytes:)) ?? .nil)
      },
      file("remove", "Removes a file, or a folder and what is in it.", [path]) {
        home, path, _ throws(ScriptFailure) in
        home.disk.arrange { $0.clear(path) }
        return .none
      },
      file("names", "The names in a folder, in order.", [path]) {
        home, path, _ throws(ScriptFailure) in
        let names = home.disk.look { $0.names(in: $0.canonical(path)) }
        return .value(.table(LuaTable(items: names.map(LuaValue.string), kind: .list)))
      },
      method(
        "home", "fault", "Lets the machine fail from now on; without a plan: not any more.",
        [
          APIParameter(
            "plan", .any, required: false,
            "See fault(); calls are changes of the disk, locks or ports, as the fault is about; after "
              + "says when it happens, path to which file.")
        ]
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .home(let home) = object else { return .none }
        try FaultOptions.plan(arguments["plan"], on: home)
        return .none
      },
      method(
        "home", "visit", "Another program asks the port that a flow listens on for this.",
        [APIParameter("target", .string, "`/oauth/callback?code=x&state=y`.")], results: "boolean"
      ) { object, arguments, _ throws(ScriptFailure) in
        guard case .home(let home) = object, let listener = home.ports.first else {
          return .value(false)
        }
        listener.visit(arguments.text("target") ?? "/")
        return .value(true)
      },
      method("home", "power_loss", "Cuts the power: what was not synced may be lost.") {
        object, _, _ throws(ScriptFailure) in
        if case .home(let home) = object { home.losePower() }
        return .none
      },
    ]
  }

  private func file(
    _ name: String, _ summary: String, _ parameters: [APIParameter],
    _ act:
      @escaping @Sendable (SimulatedHome, String, CheckedArguments) throws(ScriptFailure)
      -> APIAnswer
  ) -> APIFunction {
    method("home", name, summary, parameters) { object, arguments, _ throws(ScriptFailure) in
      guard case .home(let home) = object else { return .none }
      let text = arguments.text("path") ?? ""
      let path = text.hasPrefix("/") ? text : "\(DiskTree.home)/\(text)"
      return try act(home, path, arguments)
    }
  }
}

extension SimulatedHome {
  fileprivate func write(
    _ path: String, _ arguments: CheckedArguments
  ) throws(ScriptFailure) {
    let options = try OptionTable(
      arguments["options"], "home:write", known: ["mode", "foreign"])
    let mode = try options.mode("mode") ?? 0o600
    let isForeign = try options.flag("foreign") ?? false
    let bytes = arguments.bytes("text") ?? []
    disk.arrange { tree in
      let path = tree.canonical(path)
      tree.makeFolder(DiskTree.parent(of: path))
      tree.put(
        DiskNode(content: .file(bytes), mode: mode, isForeign: isForeign), at: path, isSynced: true)
    }
  }

  fileprivate func makeFolder(
    _ path: String, _ arguments: CheckedArguments
  ) throws(ScriptFailure) {
    let options = try OptionTable(arguments["options"], "home:folder", known: ["mode", "foreign"])
    let mode = try options.mode("mode") ?? 0o700
    let isForeign = try options.flag("foreign") ?? false
    disk.arrange { tree in
      let path = tree.canonical(path)
      tree.makeFolder(DiskTree.parent(of: path))
      let folder = DiskNode(content: .folder, mode: mode, isForeign: isForeign)
      tree.put(folder, at: path, isSynced: true)
    }
  }
}
