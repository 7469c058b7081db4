//  ScriptHost.swift - what the functions of the Lua API see of their run.

package import LuaEngine
import SSOOIDC
import StrictJSON

/// One run, as the API's functions see it.
///
/// Lives on the script's thread.
package final class ScriptHost {
  let world: World
  let options: ScriptOptions
  let secrets: SecretKeeper
  /// What its stores may keep in memory; nil for any number of bytes.
  let memory: MemoryBudget?
  /// When the run began, by the monotonic clock.
  let start: Duration
  /// Classes of the extension, by name.
  private var extensionClasses: [String: UInt32] = [:]
  /// By ``APIClass/index``; the highest is no class: those of `sso` come when it is required.
  private var classIDs = [UInt32](repeating: .max, count: APIClass.allCases.count)

  var clients = Slots<ClientEntry>()
  var paginators = Slots<PaginatorEntry>()
  var pages = Slots<PagesEntry>()
  var tasks = Slots<ScriptTask>()
  var files = OpenFiles()
  var lines = Slots<LinesEntry>()
  var stores = Slots<any SignInStore>()
  var locks = Slots<any CacheLock>()
  var signIns = Slots<SignInJob>()
  var sessions = Slots<SessionWork>()
  /// For stores of a script's own that have no locks.
  let taskLocks = TaskLocks()
  /// Where a countdown stands.
  let countdownLine: CountdownLine
  /// What keeps one of this host's going.
  var countdown: Task<Void, Never>?
  /// What was read from standard input and not yet asked for.
  var input = ReadBuffer()
  /// What is being read from standard input, for whoever waits.
  var reading: InputReading?
  var exitStatus: Int32?
  /// Bytes written to standard output and standard error so far.
  var written = 0
  /// The end of what was written to standard error, when it may be the beginning of a secret.
  var unshown: [UInt8] = []
  /// Those that judge what the script's clients do.
  var policies: PolicySet?
  /// Whether Lua could wait where it made the call that is running.
  var callCanSuspend = false
  /// Set while the script runs.
  var scheduler: Scheduler?
  /// The actor this belongs to, once a script is loaded.
  weak var system: ScriptSystem?

  init(world: World, options: ScriptOptions, secrets: SecretKeeper) {
    self.world = world
    self.options = options
    self.secrets = secrets
    countdownLine = options.countdownLine ?? CountdownLine()
    memory = options.limits.memory.map { MemoryBudget(limit: $0) }
    start = world.clock.monotonic
    secrets.remember(world.environment)
  }

  func setClass(_ apiClass: APIClass, _ id: UInt32) { classIDs[apiClass.index] = id }

  /// Whether a script's object is of `apiClass`.
  func isObject(_ object: LuaObject, of apiClass: APIClass) -> Bool {
    classIDs[apiClass.index] == object.classID
  }

  func setClass(_ name: String, _ id: UInt32) { extensionClasses[name] = id }

  /// An object of a class of the extension.
  package func object(_ name: String, _ handle: Int64) -> LuaValue {
    extensionClasses[name].map { .object(LuaObject(classID: $0, handle: handle)) } ?? .nil
  }

  /// Where the script calls the function that is running: `flow.lua`, 3; then where that is called.
  package var callers: [(file: String, line: Int)] { scheduler?.machine.callers ?? [] }

  /// A new object of `apiClass` in the script's hands.
  func object(_ apiClass: APIClass, _ handle: Int64, _ properties: LuaTable? = nil) -> LuaValue {
    if apiClass == .file { files.hold(handle) }
    let object = LuaObject(classID: classIDs[apiClass.index], handle: handle)
    return properties.map { .newObject(object, properties: $0) } ?? .object(object)
  }

  /// Whether the call that is running could wait: not where Lua cannot, nor in a cancelled task.
  var canWait: Bool { callCanSuspend && scheduler?.current?.cancellation == nil }

  /// Forgets what Lua has collected: what a script drops is given back though it never waits.
  func forgetReleased() {
    while let object = scheduler?.machine.nextReleased() { forget(object) }
  }

  /// Forgets what the script dropped.
  func forget(_ object: LuaObject) {
    switch APIClass.allCases.first(where: { isObject(object, of: $0) }) {
    case .client:
      clients[object.handle]?.isHeld = false
      dropUnused(object.handle)
    case .paginator: letGo(ofClient: paginators.remove(object.handle)?.client)
    case .pages: letGo(ofClient: pages.remove(object.handle)?.client)
    case .task: tasks[object.handle] = nil
    case .file: files.drop(object.handle)
    case .lines:
      if let iterator = lines[object.handle] { files.release(iterator.file) }
      lines[object.handle] = nil
    case .store: stores[object.handle] = nil
    case .lock: locks[object.handle] = nil
    case nil: break
    }
  }

  /// A paginator, or pages, that named the client are gone.
  private func letGo(ofClient handle: Int64?) {
    guard let handle else { return }
    clients[handle]?.users -= 1
    dropUnused(handle)
  }

  private func dropUnused(_ client: Int64) {
    guard let entry = clients[client], !entry.isHeld, entry.users == 0 else { return }
    clients[client] = nil
  }
}

/// A client that a script made.
struct ClientEntry {
  var service: ServiceClient
  var kind: Service
  /// Whether the script has not dropped it.
  var isHeld = true
  /// Paginators and pages that name it: it stays for them, though the script may have dropped it.
  var users = 0
}

/// A paginator that a script made.
struct PaginatorEntry {
  var client: Int64
  var operation: Operation
}

/// Pages under way.
struct PagesEntry {
  var client: Int64
  var operation: Operation
  /// The members for the next page, or nil after the last.
  var next: JSONObject?
}
