//  Browser.swift - a real Chromium without a window, driven through the DevTools protocol.
//
//  Knows: the protocol's frames over a pipe (messages end with a NUL byte), one page.
//  Does not know: our pages. Where no Chromium is installed, the tests that need one are skipped.

#if Server
  import Dispatch
  import Platform
  import StrictJSON
  import TestSupport
  import Testing

  struct BrowserError: Error, CustomStringConvertible {
    let description: String
  }

  /// One browser with one page.
  ///
  /// Reading from it blocks, so that it has a thread of its own.
  actor Browser {
    private nonisolated let executor = ThreadExecutor()
    nonisolated var unownedExecutor: UnownedSerialExecutor {
      unsafe executor.asUnownedSerialExecutor()
    }

    private let folder: TestFolder
    private let process: ChildProcess
    private let input: Int32
    private var session: String?
    private var count: Int64 = 0
    /// Events that were not waited for yet.
    private var events: [JSONObject] = []
    /// Every address that was asked for since the start.
    private(set) var requests: [String] = []
    /// What the browser complained about: refused styles, blocked forms.
    private(set) var complaints: [String] = []

    /// The name of an installed Chromium.
    static let program = ["chromium", "chromium-browser", "google-chrome"].first(where: isInstalled)
    static let reason: Comment = "no Chromium is installed here; see scripts/setup --browser"

    init() async throws {
      folder = try TestFolder()
      let pipe = folder.path + "/commands"
      guard unsafe mkfifo(pipe, 0o600) == 0 else { throw BrowserError(description: "no pipe") }
      // Chromium reads commands from descriptor 3 and writes answers to descriptor 4.
      let flags = [
        "--headless=new", "--remote-debugging-pipe", "--user-data-dir=\(folder.path)/profile",
        "--no-first-run", "--disable-gpu", "--disable-background-networking",
        "--disable-component-update", "--disable-extensions", "--hide-scrollbars",
        "--disable-dev-shm-usage", "--lang=en-US",
      ]
      // Chromium's sandbox does not work for root, as which containers often run.
      let sandbox = getuid() == 0 ? ["--no-sandbox"] : []
      let line = #"exec 3<"$0" 4>&1 1>&2; exec "$@""#
      process = try ChildProcess(
        ["sh", "-c", line, pipe, Self.program ?? ""] + flags + sandbox + ["about:blank"])
      // For reading, too: then it is open before the browser is.
      input = unsafe open(pipe, O_RDWR | O_CLOEXEC)
      guard input >= 0 else { throw BrowserError(description: "no pipe to the browser") }
      try attach()
    }

    deinit { _ = close(input) }

    private func attach() throws {
      let target = try call("Target.createTarget", ["url": "about:blank"])
      let attached = try call(
        "Target.attachToTarget", ["targetId": target["targetId"] ?? .null, "flatten": true])
      session = attached["sessionId"]?.asString
      for domain in ["Page", "Network", "Runtime", "Log"] { _ = try call("\(domain).enable") }
    }

    /// Sends a command and waits for its result.
    @discardableResult
    func call(_ method: String, _ parameters: JSONObject = [:]) throws -> JSONObject {
      count += 1
      var message: JSONObject = [
        "id": .integer(count), "method": .string(method), "params": .object(parameters),
      ]
      if let session { message["sessionId"] = .string(session) }
      try send(try JSON.object(message).encoded() + [0])
      while true {
        let answer = try next()
        guard answer["id"]?.asInteger == count else {
          events.append(answer)
          continue
        }
        guard let result = answer["result"]?.asObject else {
          throw BrowserError(description: "\(method): \(answer["error"] ?? .null)")
        }
        return result
      }
    }

    /// Waits for an event that came since the last command or comes yet.
    func wait(for method: String) throws {
      while true {
        if let index = events.firstIndex(where: { $0["method"]?.asString == method }) {
          events.removeFirst(index + 1)
          return
        }
        events.append(try next())
      }
    }

    private func send(_ bytes: [UInt8]) throws {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = unsafe rest.withUnsafeBytes { unsafe write(input, $0.baseAddress, $0.count) }
        guard count > 0 else { throw BrowserError(description: "the browser has gone") }
        rest = rest.dropFirst(count)
      }
    }

    private func next() throws -> JSONObject {
      guard let text = try process.readLine(endingWith: 0) else {
        throw BrowserError(description: "the browser has ended")
      }
      var limits = JSONLimits()
      limits.size = 64 << 20  // a picture of a long page
      let message = try JSON.parse(text, limits: limits).asObject ?? [:]
      note(message)
      return message
    }

    private func note(_ message: JSONObject) {
      let parameters = message["params"]?.asObject
      switch message["method"]?.asString {
      case "Network.requestWillBeSent":
        requests += [parameters?["request"]?.asObject?["url"]?.asString].compactMap { $0 }
      case "Log.entryAdded":
        let entry = parameters?["entry"]?.asObject
        // An error page is an answer like any other here.
        if entry?["source"]?.asString != "network" {
          complaints += [entry?["text"]?.asString].compactMap { $0 }
        }
      default: break
      }
    }
  }

  /// Whether a program is found along `PATH`.
  func isInstalled(_ program: String) -> Bool {
    (environment("PATH") ?? "").split(separator: ":").contains {
      unsafe access("\($0)/\(program)", X_OK) == 0
    }
  }

  /// A variable of the environment.
  func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// A thread for work that blocks.
  private final class ThreadExecutor: SerialExecutor {
    private let queue = DispatchQueue(label: "browser")

    func enqueue(_ job: consuming ExecutorJob) {
      let job = UnownedJob(job)
      queue.async { unsafe job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
  }
#endif
