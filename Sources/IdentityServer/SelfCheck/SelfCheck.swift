//  SelfCheck.swift - the rules against this very program, without network or disk.
//
//  Knows: how a check is run and what the table looks like; the checks are in the files beside it.

#if Server

  /// One rule, tried.
  public struct SelfCheck: Sendable {
    /// What came of a rule.
    public struct Result: Sendable {
      /// As in docs/rules.md: `R8628-17`.
      public let rule: String
      /// What was tried.
      public let sentence: String
      /// What happened instead; `nil` when the rule holds.
      public let failure: String?
    }

    let rule: String
    let sentence: String
    let body: @Sendable (inout CheckVisit) throws(CheckFailure) -> Void

    init(
      _ rule: String, _ sentence: String,
      _ body: @escaping @Sendable (inout CheckVisit) throws(CheckFailure) -> Void
    ) {
      self.rule = rule
      self.sentence = sentence
      self.body = body
    }

    static let all = deviceChecks + tokenChecks + portalChecks

    /// Tries every rule, each on a service of its own.
    public static func run() -> [Result] { all.map { $0.result } }

    var result: Result {
      var visit = CheckVisit()
      do throws(CheckFailure) {
        try body(&visit)
        return Result(rule: rule, sentence: sentence, failure: nil)
      } catch {
        return Result(rule: rule, sentence: sentence, failure: error.description)
      }
    }

    /// One line for each rule, and how many hold.
    public static func table(_ results: [Result]) -> String {
      let width = results.map(\.rule.count).max() ?? 0
      let lines = results.map { result in
        let rule = result.rule + String(repeating: " ", count: width - result.rule.count)
        let end = result.failure.map { "  FAILED: \($0)" } ?? ""
        return "\(result.failure == nil ? "ok  " : "FAIL")  \(rule)  \(result.sentence)\(end)\n"
      }
      let good = results.filter { $0.failure == nil }.count
      return lines.joined() + "\(good) of \(results.count) rules hold\n"
    }
  }

  /// What happened in place of what should have.
  struct CheckFailure: Error {
    let description: String
  }
#endif
