//  ScenarioLibrary+Proxies.swift - sim.proxy, and what a proxy was asked.

internal import LuaEngine
internal import SSOOIDC
internal import SSOScript

extension ScenarioLibrary {
  var proxies: [APIFunction] {
    [
      APIFunction(
        "_G.sim", "proxy", "Makes a proxy, for flows whose variables name it.",
        .positional([APIParameter("options", .table, required: false)]), results: "a proxy",
        example: #"sim.proxy { address = "proxy.example:3128", credentials = "me:secret" }"#,
        { arguments, host throws(ScriptFailure) in
          let stage = try self.stage(for: "sim.proxy")
          let proxy = try SimulatedProxy(arguments["options"])
          guard !stage.proxies.contains(where: { $0.authority == proxy.authority }) else {
            throw .misuse(
              "sim.proxy: there is a proxy at \(proxy.address) already; give another address"
            )
          }
          stage.add(proxy)
          return .value(host.object("proxy", self.keep(.proxy(proxy))))
        }),
      method(
        "proxy", "requests", "What it was asked for: host with port, its answer, and when.",
        results: "a list"
      ) { object, _, _ throws(ScriptFailure) in
        guard case .proxy(let proxy) = object else { return .none }
        let visits = proxy.visits.map { visit -> LuaValue in
          .table(
            LuaTable([
              "host": .string(visit.target), "status": .integer(Int64(visit.status)),
              "time": ScenarioDuration.value(visit.time),
            ]))
        }
        return .value(.table(LuaTable(items: visits, kind: .list)))
      },
    ]
  }
}

extension SimulatedProxy {
  fileprivate convenience init(_ value: LuaValue) throws(ScriptFailure) {
    let options = try OptionTable(
      value, "sim.proxy", known: ["address", "credentials", "refuses", "hangs", "answer"])
    let address = try options.text("address") ?? "proxy.example:3128"
    guard let authority = Authority(address[...]), authority.port != nil,
      authority.credentials == nil, !authority.host.isEmpty
    else { throw .misuse("sim.proxy: address: host and port, such as proxy.example:3128") }
    self.init(
      authority: authority, credentials: try options.text("credentials"),
      manner: try Self.manner(options))
  }

  private static func manner(_ options: OptionTable) throws(ScriptFailure) -> Manner {
    let (refuses, hangs) = (
      try options.flag("refuses") ?? false, try options.flag("hangs") ?? false
    )
    let answer = try options.count("answer")
    guard [refuses, hangs, answer != nil].count(where: \.self) < 2 else {
      throw .misuse("sim.proxy: say one of refuses, hangs and answer")
    }
    if refuses { return .refuses }
    if hangs { return .isSilent }
    guard let status = answer else { return .passes }
    guard (300...599).contains(status) else {
      throw .misuse("sim.proxy: answer: a status from 300 to 599")
    }
    return .answers(status)
  }
}
