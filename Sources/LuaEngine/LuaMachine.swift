//  LuaMachine.swift - one Lua interpreter, run step by step.
//
//  Knows: loading, starting and resuming threads, host functions, limits.
//  Does not know: AWS, HTTP, files, clocks; who decides which thread runs next (SSOScript).

import CLua

/// What one script may use.
///
/// Passing a limit stops the script for good.
public struct LuaLimits: Sendable {
  /// Bytes of all Lua values together, on top of the libraries; nil for none.
  public var memory: Int? = 64 << 20
  /// Virtual machine instructions; counting them halves the speed of tight loops.
  ///
  /// Nil for none.
  public var instructions: UInt64?
  /// Called when memory is out for good; must end the process.
  public var ceiling: (@convention(c) () -> Void)?
  /// Called when the script is to stop, on whichever thread found out.
  ///
  /// May do no more than a signal handler may.
  public var stopping: (@convention(c) () -> Void)?

  /// The defaults named on each member.
  public init() {}
}

/// How a host function is bound.
public struct LuaFunctionOptions: OptionSet, Sendable {
  /// The bits that the C side knows.
  public let rawValue: UInt32
  /// Makes options from bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }
  /// May answer ``LuaAnswer/suspend``; refused with an explanation where Lua cannot yield.
  public static let suspends = Self(rawValue: CLUA_SUSPENDS.rawValue)
  /// Raises failures in both worlds: a `for` loop could not tell `nil, err` from the end.
  public static let raises = Self(rawValue: CLUA_RAISES.rawValue)
  /// Tables arrive as references and keep their identity.
  public static let opaque = Self(rawValue: CLUA_OPAQUE.rawValue)
  /// Arguments arrive as `tostring` gives them.
  public static let stringify = Self(rawValue: CLUA_STRINGIFY.rawValue)
  /// Numbers arrive as the strings that `tostring` gives.
  public static let numerals = Self(rawValue: CLUA_NUMERALS.rawValue)
  /// A last result that is a table goes into the fields of the first argument instead.
  public static let updates = Self(rawValue: CLUA_UPDATES.rawValue)
  /// The arguments arrive as one: what `string.format` makes of them.
  public static let format = Self(rawValue: CLUA_FORMAT.rawValue)
}

/// One interpreter with closed libraries.
///
/// Belongs to one thread at a time.
@safe public final class LuaMachine {
  /// Bytes of stack for a thread that machines run on.
  ///
  /// Deep enough for Lua's 200 levels of C calls with Swift frames in between.
  public static let stackSize = 16 << 20
  /// Values, and names of fields, that one call takes or gives at most.
  public static let partsLimit = Int(CLUA_PARTS_LIMIT)

  private let runtime: OpaquePointer
  private let functions: HostFunctions
  private let returns = ReturnedReferences()
  private let encoder: ReplyEncoder
  /// Lives as long as the interpreter that counts in it.
  private let coverage: LuaCoverage?
  /// Lives as long as the interpreter that it may have given.
  private let pool: LuaPool?
  /// Stops the script from any thread.
  public let interrupter: LuaInterrupter

  /// Makes an interpreter that has no host functions yet.
  ///
  /// - Parameters:
  ///   - limits: What scripts may use.
  ///   - seed: Decides about `math.random` and the order of `pairs`, which else differ in each run.
  ///   - coverage: Where lines of files are counted, which takes time.
  ///   - pool: Where it is taken from if one that was described alike waits there; not without a seed,
  ///     as it would go on with the random numbers of the one before.
  /// - Throws: ``LuaFailure`` when there is no memory for it.
  public init(
    limits: LuaLimits = LuaLimits(), seed: UInt64? = nil, coverage: LuaCoverage? = nil,
    pool: LuaPool? = nil
  ) throws(LuaFailure) {
    let pool = seed == nil ? nil : pool
    (self.coverage, self.pool) = (coverage, pool)
    functions = HostFunctions(returns: returns)
    var options = unsafe clua_options()
    unsafe options.host = callHost
    unsafe options.context = Unmanaged.passUnretained(functions).toOpaque()
    unsafe options.memory_limit = limits.memory ?? 0
    unsafe options.instruction_limit = limits.instructions ?? 0
    unsafe options.ceiling = limits.ceiling
    unsafe options.stopping = limits.stopping
    unsafe options.is_seeded = seed != nil
    unsafe options.seed = seed ?? 0
    unsafe options.coverage = coverage?.pointer
    unsafe options.pool = pool?.pointer
    guard let pointer = unsafe clua_create(&options) else { throw .outOfMemory }
    unsafe runtime = pointer
    unsafe functions.encoder = ReplyEncoder(pointer)
    encoder = unsafe ReplyEncoder(pointer)
    interrupter = unsafe LuaInterrupter(pointer)
  }

  deinit {
    interrupter.disarm()
    unsafe clua_destroy(runtime)
  }

  // MARK: Before open()

  /// Binds a host function.
  ///
  /// - Parameters:
  ///   - name: What scripts call it.
  ///   - container: `_G`, `io`, `os` or a module (`sso.time`). In a module it is bound
  ///     twice: raising failures below `sso`, returning `nil, err` below `sso.safe`.
  ///   - options: How arguments arrive and whether it may suspend.
  ///   - function: Answers the calls.
  public func define(
    _ name: String, in container: String, options: LuaFunctionOptions = [],
    _ function: @escaping LuaHostFunction
  ) {
    let entry = LuaCatalog.Entry(name, in: container, isMethod: false, options: options)
    define(LuaCatalog([entry])) { _, call throws(LuaRaise) in try function(call) }
  }

  /// Binds all that is in a catalog, as ``define(_:in:options:_:)`` does one function.
  ///
  /// - Returns: What ``defineClass(_:)`` would have returned for its first class; the others follow.
  @discardableResult
  public func define(
    _ catalog: LuaCatalog, _ function: @escaping LuaCatalogFunction
  ) -> UInt32 {
    guard let pointer = unsafe catalog.pointer else { return 0 }
    return unsafe clua_define_catalog(runtime, pointer, functions.add(catalog, function))
  }

  /// Moves what was described so far, functions aside, into a catalog that has none of it.
  @unsafe func giveDescription(to catalog: OpaquePointer) {
    unsafe clua_catalog_take(catalog, runtime)
  }

  /// Puts a constant into a module, or into `_G` one that is this script's own.
  public func define(_ name: String, in container: String, constant: LuaValue) {
    encoder.clear()
    encoder.write(constant)
    unsafe clua_define_constant(runtime, container, name)
  }

  /// Makes a class of host objects; its methods are functions in the container of that name.
  public func defineClass(_ name: String) -> UInt32 {
    unsafe clua_define_class(runtime, name)
  }

  /// Leaves a module and all below it undescribed until a script first requires it; with a pool it
  /// is there from the start.
  ///
  /// - Parameters:
  ///   - module: Its name, `sso`.
  ///   - describe: Calls `define` and `defineClass` on the machine it is given.
  public func defineLibrary(
    _ module: String, _ describe: @escaping (LuaMachine) -> Void
  ) {
    guard pool == nil else { return describe(self) }
    let function = functions.add { [unowned self] _ in
      describe(self)
      return .none
    }
    unsafe clua_define_library(runtime, module, function)
  }

  /// Sets what `require` asks for a module: one name in, source and chunk name out.
  ///
  /// Where another thread loads the module, its number comes second: then the call waits, and `require`
  /// looks again.
  public func defineLoader(_ function: @escaping LuaHostFunction) {
    unsafe clua_define_loader(runtime, functions.add(function))
  }

  /// Puts everything defined so far in place.
  ///
  /// Once, before the first script.
  public func open() throws(LuaFailure) {
    guard let problem = unsafe clua_open(runtime) else { return }
    throw unsafe LuaFailure(message: String(cString: problem))
  }

  // MARK: Running

  /// Compiles source text; bytecode is refused.
  ///
  /// - Parameters:
  ///   - source: The text.
  ///   - name: For messages, `@flow.lua` for a file, `=(command line)` for anything else.
  /// - Returns: The chunk as a function, ready for ``start(_:_:)``.
  /// - Throws: ``LuaFailure`` with the syntax error, `flow.lua:3: …`.
  public func load(_ source: [UInt8], name: String) throws(LuaFailure) -> LuaReference {
    let id = unsafe source.withUnsafeBufferPointer {
      unsafe clua_load(runtime, $0.baseAddress, $0.count, name)
    }
    guard id >= 0 else { throw LuaFailure(message: message) }
    return LuaReference(id: id, kind: .function, returns: returns)
  }

  /// Says that what is compiled next, by ``load(_:name:)`` or by `require`, is a file whose lines
  /// are to be counted; also from inside the loader.
  public func expect(file: String) { unsafe clua_expect_file(runtime, file) }

  /// Makes a thread that will call `function` when it is first resumed.
  public func start(
    _ function: LuaReference, _ arguments: [LuaValue] = []
  ) throws(LuaFailure) -> LuaReference {
    encoder.clear()
    encoder.write(arguments)
    let id = unsafe clua_start(runtime, function.id)
    // A host function may start a thread, and its own results are still to be written.
    encoder.clear()
    guard id >= 0 else { throw LuaFailure(message: message) }
    return LuaReference(id: id, kind: .thread, returns: returns)
  }

  /// Runs a new thread until it finishes, fails, stops or waits.
  public func resume(_ thread: LuaReference) -> LuaStep {
    giveBackReferences()
    interrupter.noteRunning(true)
    defer { interrupter.noteRunning(false) }
    return unsafe step(clua_resume(runtime, thread.id))
  }

  /// Goes on with a suspended thread: its host function returns `values`.
  public func resume(_ thread: LuaReference, returning values: [LuaValue]) -> LuaStep {
    encoder.clear()
    encoder.write(values)
    unsafe clua_answer(runtime, .CLUA_RETURN)
    return resume(thread)
  }

  /// Goes on with a suspended thread: its host function raises `error`.
  public func resume(_ thread: LuaReference, raising error: LuaRaise) -> LuaStep {
    encoder.clear()
    encoder.write(error.value)
    unsafe clua_answer(runtime, error.isMisuse ? .CLUA_MISUSE : .CLUA_RAISE)
    if let place = error.place, !place.traceback.isEmpty {
      unsafe clua_raise_from(runtime, place.position, place.traceback)
    }
    return resume(thread)
  }

  /// What a reference stands for, a table as plain data.
  ///
  /// - Throws: ``LuaFailure`` that names the path of what no plain data can hold.
  public func value(of reference: LuaReference) throws(LuaFailure) -> LuaValue {
    guard unsafe clua_read_reference(runtime, reference.id) else {
      throw LuaFailure(message: message)
    }
    return results.first ?? .nil
  }

  /// Lets `math.random` and the numbers of objects (`table: #1`) begin anew, between steps; not without
  /// a seed from the start.
  public func beginRun(seed: UInt64) { unsafe clua_begin_run(runtime, seed) }

  /// Runs the pending `<close>` variables of a thread that waits, and ends it.
  public func close(_ thread: LuaReference) { unsafe clua_close_thread(runtime, thread.id) }

  /// Stops the script for good, from inside a host function or between steps.
  public func stop(_ reason: LuaStop) { unsafe clua_stop(runtime, reason.reason) }

  /// Why the script was stopped, if it was.
  public var stopped: LuaStop? { unsafe LuaStop(clua_stopped(runtime)) }

  /// Inside a host function: the lines of files that called it, innermost first, of a deep stack not all.
  ///
  /// None where only the host or compiled text did.
  package var callers: [(file: String, line: Int)] {
    var callers: [(file: String, line: Int)] = []
    var file = [CChar](repeating: 0, count: 4097)
    var level: CInt = 1
    while true {
      let line = unsafe clua_caller_line(runtime, &level, &file, file.count)
      guard line > 0 else { return callers }
      let name = file.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
      callers.append((String(decoding: name, as: UTF8.self), Int(line)))
    }
  }

  /// The next host object whose script value was collected.
  public func nextReleased() -> LuaObject? {
    var classID: UInt32 = 0
    var handle: Int64 = 0
    guard unsafe clua_next_released(runtime, &classID, &handle) else { return nil }
    return LuaObject(classID: classID, handle: handle)
  }

  /// What the loader is told of the thread that loads a module already.
  package func number(of thread: LuaReference) -> Int64 { thread.id }

  /// Whether a thread is loading the module `name`.
  public func isLoading(module name: String) -> Bool { unsafe clua_is_loading(runtime, name) }

  /// Collects all garbage, so that ``nextReleased()`` knows of every object that was dropped; also
  /// inside a host function.
  public func collect() { unsafe clua_collect(runtime) }

  /// The interpreter's exact release, read from the loaded library: `Lua 5.4.4`.
  public static var release: String { unsafe String(cString: clua_release_name()) }

  /// For tests: lets `count` allocations fail after `successes` more have worked.
  package func failAllocations(after successes: UInt64, count: UInt64) {
    unsafe clua_fail_allocations(runtime, successes, count)
  }

  /// For tests: how many allocations were made so far.
  package var allocations: UInt64 { unsafe clua_allocations(runtime) }

  private func giveBackReferences() {
    for id in returns.takeAll() { unsafe clua_release(runtime, id) }
  }

  // MARK: Results

  private func step(_ step: clua_step) -> LuaStep {
    switch step {
    case .CLUA_FINISHED: .finished(results)
    case .CLUA_SUSPENDED: .suspended
    case .CLUA_FAILED:
      .failed(LuaFailure(value: results.first ?? .nil, message: message, place: place))
    case .CLUA_STOPPED: .stopped(stopped ?? .exit, place)
    }
  }

  private var results: [LuaValue] {
    var count: UInt32 = 0
    guard var node = unsafe clua_result(runtime, &count), count > 0 else { return [] }
    let end = unsafe node + Int(count)
    let decoder = NodeDecoder(returns: returns)
    var values: [LuaValue] = []
    while unsafe node < end { unsafe values.append(decoder.decode(&node)) }
    return values
  }

  private var message: String { unsafe String(cString: clua_message(runtime)) }

  private var place: LuaPlace {
    unsafe LuaPlace(
      position: String(cString: clua_position(runtime)),
      traceback: String(cString: clua_traceback(runtime)))
  }
}

extension LuaFailure {
  init(message: String) {
    self.init(
      value: .string(message), message: message, place: LuaPlace(position: "", traceback: ""))
  }

  static var outOfMemory: LuaFailure { LuaFailure(message: "not enough memory") }
}
