//  FaultPlan.swift - which requests meet which fault.
//
//  Knows: the order: what was planned by number comes before what chance draws.
//  Does not know: what faults do (Fault).

/// Faults by operation and number, and by chance.
public struct FaultPlan: Sendable {
  private struct Entry: Sendable {
    let rule: FaultRule
    /// Requests for each operation since the rule was made.
    var calls: [Operation: Int] = [:]
  }

  private var entries: [Entry] = []
  private var chaos: Chaos?
  private var calls: [Operation: Int] = [:]

  /// Plans nothing.
  public init() {}

  /// Whether there is nothing planned.
  public var isEmpty: Bool { entries.isEmpty && chaos == nil }

  /// Plans a fault; calls are counted from now.
  public mutating func add(_ rule: FaultRule) { entries.append(Entry(rule: rule)) }

  /// Forgets what was planned by number; chance goes on.
  public mutating func clear() { entries = [] }

  /// Lets chance draw faults from now on; `nil` ends it.
  public mutating func setChaos(_ chaos: Chaos?) {
    self.chaos = chaos
    calls = [:]
  }

  /// Counts a request, and gives the fault that it meets.
  public mutating func next(_ operation: Operation) -> DueFault? {
    guard !isEmpty else { return nil }
    var due: DueFault?
    for index in entries.indices {
      entries[index].calls[operation, default: 0] += 1
      let call = entries[index].calls[operation] ?? 0
      if due == nil, entries[index].rule.meets(operation, call: call) {
        due = entries[index].rule.due
      }
    }
    calls[operation, default: 0] += 1
    return due ?? chaos?.draw(operation, call: calls[operation] ?? 0)
  }
}

/// One planned fault: `CreateToken#2:N08`.
public struct FaultRule: Sendable {
  /// Which requests of an operation.
  public enum Calls: Sendable, Equatable {
    /// Each of them.
    case every
    /// These, counted from 1.
    case some(Set<Int>)
  }

  /// Whose requests; `nil` means any operation's.
  public let operation: Operation?
  /// Which of them.
  public let calls: Calls
  /// What they meet.
  public let due: DueFault

  /// Makes a rule.
  public init(_ operation: Operation?, _ calls: Calls, _ due: DueFault) {
    self.operation = operation
    self.calls = calls
    self.due = due
  }

  func meets(_ operation: Operation, call: Int) -> Bool {
    guard self.operation == nil || self.operation == operation else { return false }
    switch calls {
    case .every: return true
    case .some(let numbers): return numbers.contains(call)
    }
  }
}

extension FaultRule {
  /// Reads `OPERATION[#CALLS]:ID[:PHASE]`: `CreateToken#2:N08`, `*#1,3-5:H01`,
  /// `CreateToken:N08:before`.
  ///
  /// - Throws: ``BehaviourError`` that names the part that is wrong.
  public init(_ text: String) throws(BehaviourError) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard (2...3).contains(parts.count) else {
      throw BehaviourError(
        "\"\(shown(text))\" is no fault: write OPERATION#CALLS:ID, such as CreateToken#2:N08")
    }
    let target = parts[0].split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
    let phase = try parts.dropFirst(2).first.map { text throws(BehaviourError) in
      try Fault.Phase(named: text)
    }
    let operation = try Self.operation(String(target[0]))
    self.init(
      operation, target.count > 1 ? try Calls(String(target[1])) : .every,
      try DueFault(try Fault.named(parts[1], for: operation), phase))
  }

  /// The operation of this name; `*` is any.
  public static func operation(_ name: String) throws(BehaviourError) -> Operation? {
    name == "*" ? nil : try Operation(named: name, or: ["*"])
  }
}

extension Operation {
  /// The operation of this name; a browser's is none.
  ///
  /// - Parameters:
  ///   - name: AWS's.
  ///   - others: What else is taken in its place, for the error.
  /// - Throws: ``BehaviourError`` with all names.
  public init(named name: String, or others: [String] = []) throws(BehaviourError) {
    guard let operation = Self(rawValue: name), operation != .authorize else {
      let names = others + Self.allCases.filter { $0 != .authorize }.map(\.rawValue)
      throw BehaviourError(
        "unknown operation \"\(shown(name))\": one of \(names.joined(separator: " "))")
    }
    self = operation
  }
}

extension FaultRule.Calls {
  /// Reads `2`, `2,3`, `2-5` or `*`; calls are numbered up to 100,000.
  init(_ text: String) throws(BehaviourError) {
    guard text != "*" else {
      self = .every
      return
    }
    var numbers: Set<Int> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
        1 <= first, first <= last, last <= 100_000
      else {
        throw BehaviourError(
          "\"\(shown(text))\" names no calls: write 2, 2,3, 2-5 or *, counted from 1 to 100000")
      }
      numbers.formUnion(first...last)
    }
    self = .some(numbers)
  }
}

extension Fault.Phase {
  /// Reads `before` or `after`.
  public init(named name: String) throws(BehaviourError) {
    guard let phase = Self(rawValue: name) else {
      throw BehaviourError("unknown phase \"\(shown(name))\": before or after")
    }
    self = phase
  }
}
