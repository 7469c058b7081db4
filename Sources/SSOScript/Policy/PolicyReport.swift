//  PolicyReport.swift - what policies would do, for `ssoscript policy`.
//
//  Knows: the questions a person asks, and the rule that answers each. Calls no hook, but opens the
//  store that a policy names.

public import EventLoop
import LuaEngine
public import SSOOIDC
import StrictJSON

/// What the policies say about one sign-in.
public struct PolicyReport: Sendable {
  /// One question and its answer.
  public struct Decision: Sendable, Equatable {
    /// What is asked: `start URL`, `flow device`.
    public var subject: String
    /// The value that is judged.
    public var value: String
    /// Whether it would go through.
    public var isAllowed: Bool
    /// The rules that decide: of the policy that refuses, or of all that have a say.
    public var rules: [String]
    /// Of a flow: why a login that may choose does not take it; nil when it would, and of all others.
    public var obstacle: String?
  }

  /// One policy in force.
  public struct Entry: Sendable, Equatable {
    /// Its file.
    public var path: String
    /// Where it comes from.
    public var level: PolicyLevel
    /// Its functions, `before_register at policy.lua:7`.
    public var hooks: [String]
  }

  /// The policies, the outermost first.
  public var policies: [Entry]
  /// What is asked, in the order of a sign-in.
  public var decisions: [Decision]

  /// Whether everything that was asked goes through; a person needs one flow only, of those that a
  /// login would take.
  public var isAllowed: Bool {
    let flows = decisions.filter { $0.subject == "flow" }
    return decisions.allSatisfy { $0.isAllowed || $0.subject == "flow" }
      && (flows.isEmpty || flows.contains { $0.isAllowed && $0.obstacle == nil })
  }
}

extension PolicyReport {
  /// Loads policies and says what they would do.
  ///
  /// - Parameters:
  ///   - sources: The files.
  ///   - target: What somebody would sign in to; nil for the policies alone.
  ///   - config: AWS's config file, which policies may read.
  ///   - world: The doors.
  ///   - loop: Where the policies run; its thread must be running.
  /// - Returns: The report.
  /// - Throws: `SSOError` when a policy cannot be loaded, or gives no store where it should.
  public static func make(
    _ sources: [PolicySource], for target: SignInTarget?, config: AWSConfig = AWSConfig(),
    _ world: World, _ loop: EventLoop
  ) async throws(SSOError) -> PolicyReport {
    var options = ScriptOptions()
    options.hasFlags = false
    options.config = config
    let set = try await PolicySet.load(
      sources, world, options, SecretKeeper(), loop, warn: { _ in })
    do throws(SSOError) {
      var decisions: [Decision] = []
      if let target {
        let cache = try await cacheDecisions(set, world)
        decisions = Self.decisions(set, target, cache, world)
      }
      await set.close()
      return PolicyReport(policies: set.policies.map(Entry.init), decisions: decisions)
    } catch {
      await set.close()
      throw error
    }
  }

  /// What is said of the places; a store that cannot be opened keeps nobody signed in.
  ///
  /// - Throws: `SSOError` when a policy gives no store at all.
  private static func cacheDecisions(
    _ set: PolicySet, _ world: World
  ) async throws(SSOError) -> [Decision] {
    do throws(ScriptFailure) {
      let store = try await set.store() ?? world.standardStore(isReadOnly: true)
      return store.policyNames.map { decide("cache", .cache, $0, set) }
    } catch {
      if error.asError.code == .invalidConfiguration { throw error.asError }
      let place = set.keeper.map { ["\($0.table.place("cache")) (cache)"] } ?? []
      return [
        Decision(subject: "cache", value: error.asError.message, isAllowed: false, rules: place)
      ]
    }
  }

  private static func decisions(
    _ set: PolicySet, _ target: SignInTarget, _ cache: [Decision], _ world: World
  ) -> [Decision] {
    var decisions = [
      decide("start URL", .startURLs, target.startURL, set),
      decide("region", .regions, target.region, set),
    ]
    if let account = target.accountID {
      decisions.append(decide("account", .accounts, account, set))
    }
    if let role = target.roleName { decisions.append(decide("role", .roles, role, set)) }
    for flow in SignInFlow.allCases {
      var decision = decide("flow", .flows, flow.rawValue, set)
      if flow == .authorizationCode { decision.obstacle = browserObstacle(target, world) }
      decisions.append(decision)
    }
    decisions += cache
    if let limit = set.maximumLifetime {
      decisions.append(
        Decision(
          subject: "lifetime", value: "at most \(limit.limit.components.seconds) s",
          isAllowed: true, rules: ["\(limit.place) (allow.max_lifetime)"]))
    }
    return decisions
  }

  private static func browserObstacle(_ target: SignInTarget, _ world: World) -> String? {
    target.mayUseBrowser ? world.browser.obstacle : "without a session a code is used"
  }

  private static func decide(
    _ words: String, _ subject: PolicyRule.Subject, _ value: String, _ set: PolicySet
  ) -> Decision {
    let rules = set.policies.compactMap { $0.table.rules.rule(subject) }
    let against = rules.first { !$0.allows(value) }
    return Decision(
      subject: words, value: value, isAllowed: against == nil,
      rules: (against.map { [$0] } ?? rules).map { "\($0.place) (\($0.name))" })
  }

  /// Looks a policy file over.
  ///
  /// - Parameters:
  ///   - source: The file.
  ///   - world: The doors; the policy may do nothing while it is looked over.
  ///   - loop: Where it runs; its thread must be running.
  /// - Returns: Everything that is wrong with it; nothing for a good one.
  public static func problems(
    in source: PolicySource, _ world: World, _ loop: EventLoop
  ) async -> [PolicyProblem] {
    do throws(PolicyProblem) {
      let policy = try await Policy.load(
        source, world, ScriptOptions(), SecretKeeper(), loop,
        confinement: Confinement("a policy that is looked over"), warn: { _ in })
      await policy.system.close()
      return policy.table.problems
    } catch {
      return [error]
    }
  }
}

extension PolicyReport.Entry {
  init(_ policy: Policy) {
    path = policy.source.path
    level = policy.source.level
    var names = PolicyHook.allCases.filter { policy.table.hooks[$0] != nil }.map(\.rawValue)
    if policy.table.cache != .nil { names.append("cache") }
    if !policy.table.notify.isEmpty { names.append("notify") }
    hooks = names.map { "\($0) at \(policy.table.place($0))" }
  }
}

// MARK: - For people and programs

extension PolicyReport {
  /// Several lines.
  public var text: String {
    guard !policies.isEmpty else { return "no policy is in force" }
    var lines = ["policies, the outermost first:"]
    for policy in policies {
      lines.append("  \(policy.level.rawValue): \(policy.path)")
      lines += policy.hooks.map { "    asks \($0)" }
    }
    if !decisions.isEmpty { lines.append("this sign-in:") }
    for decision in decisions {
      let verdict = decision.isAllowed ? "allowed" : "REFUSED"
      let why = decision.rules.isEmpty ? "no rule" : decision.rules.joined(separator: ", ")
      let value = PrintableText.escaped(decision.value, limit: 200)
      let aside = decision.obstacle.map { ", but not taken: \($0)" } ?? ""
      lines.append("  \(verdict)  \(decision.subject) \(value)  by \(why)\(aside)")
    }
    return lines.joined(separator: "\n")
  }

  /// One object.
  public var json: String {
    let report: JSON = [
      "allowed": .bool(isAllowed),
      "policies": .array(
        policies.map { policy in
          [
            "path": .string(policy.path), "level": .string(policy.level.rawValue),
            "hooks": .array(policy.hooks.map(JSON.string)),
          ]
        }),
      "decisions": .array(
        decisions.map { decision in
          var members: JSONObject = [
            "subject": .string(decision.subject), "value": .string(decision.value),
            "allowed": .bool(decision.isAllowed),
            "rules": .array(decision.rules.map(JSON.string)),
          ]
          if let obstacle = decision.obstacle { members["obstacle"] = .string(obstacle) }
          return .object(members)
        }),
    ]
    // Texts and flags only: encoding has nothing to refuse.
    return String(decoding: (try? report.encoded([.pretty])) ?? [], as: UTF8.self)
  }
}
