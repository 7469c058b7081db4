//  SurroundingsTests.swift - what a folder of files cannot set up: networks, pipes, signals.

import Foundation
import Platform
import TestSupport
import Testing

private let register = """
  local sso = require "sso"
  local client = sso.client { region = "us-east-1", retries = 1 }
  print(client:register_client { clientName = "a", clientType = "public" }.clientId)
  """

/// Runs `script` against `endpoint` to its end.
private func run(
  _ script: String, endpoint: String, _ options: [String] = [],
  environment: [String: String] = [:]
) throws -> ChildEnd {
  let sandbox = try Sandbox()
  let path = try sandbox.write("flow.lua", script)
  let command =
    ["\(Place.programs)/ssoscript", "run", "--endpoint-url", endpoint] + options + [path]
  return try ChildProcess(sandbox.settings(command, environment)).end()
}

/// A server that gives every request the same answer.
private func server(
  _ status: String, headers: String = "", _ body: String
) throws -> TestServer {
  try TestServer { connection in
    while connection.readRequest() != nil { connection.answer(status, headers: headers, body) }
  }
}

@Suite struct `A command in bad surroundings` {
  @Test func `waits for an endpoint that hangs no longer than it may`() async throws {
    try await onThread {
      let server = try TestServer { $0.waitForClose() }
      let end = try run(register, endpoint: server.url, ["--timeout", "0.3"])
      #expect(end.status == 7)
      #expect(end.error.contains("the time limit was reached (--timeout)"))
    }
  }

  @Test func `says that a page of HTML is no answer of the service`() async throws {
    try await onThread {
      let portal = try server(
        "200 OK", headers: "Content-Type: text/html\r\n", "<html>Please sign in</html>")
      let end = try run(register, endpoint: portal.url)
      #expect(end.status == 5)
      #expect(end.error.contains("RegisterClient at 127.0.0.1"))
      #expect(end.error.contains("HTML"))
    }
  }

  @Test(.enabled(if: TestAuthority.isPossible))
  func `does not trust a certificate of an unknown authority`() async throws {
    try await onThread {
      let authority = try TestAuthority()
      let server = try TLSServer(authority.certificate(for: "IP:127.0.0.1"))
      let end = try run(register, endpoint: server.url)
      #expect(end.status == 5)
      #expect(end.error.contains("certificate"))
    }
  }

  @Test func `tells a proxy that wants a password from the service`() async throws {
    try await onThread {
      let proxy = try server(
        "407 Proxy Authentication Required", headers: "Proxy-Authenticate: Basic\r\n", "")
      let address = "http://user:hidden-word@127.0.0.1:\(proxy.port)"
      let end = try run(
        register, endpoint: "http://service.invalid/", environment: ["http_proxy": address])
      #expect(end.status == 5)
      #expect(end.error.contains("407"))
      #expect(!end.error.contains("hidden-word"))
    }
  }

  @Test func `ends as by SIGPIPE when nobody reads its output`() async throws {
    let end = try await output(to: .closedPipe)
    #expect(end.status == 141)
    #expect(end.error == "")
  }

  #if Server
    @Test(arguments: [
      "--port 0", "--port 0 --format json --tls", "--explain-profile", "--self-check", "--help",
    ])
    func `ends as by SIGPIPE when nobody reads what a service says`(words: String) async throws {
      let end = try await onThread {
        let sandbox = try Sandbox()
        var settings = sandbox.settings(
          ["\(Place.programs)/ssoscript", "serve"] + words.split(separator: " ").map(String.init))
        settings.output = .closedPipe
        return try ChildProcess(settings).end()
      }
      #expect(end.status == 141)
      #expect(end.error == "")
    }
  #endif

  @Test(arguments: ["run", "login", "serve", "test"])
  func `says its version behind any command`(command: String) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let end = try sandbox.run(command, "--version")
      #expect(end.status == 0 && end.error == "")
      #expect(try end.output == sandbox.run("--version").output)
    }
  }

  #if os(Linux)
    @Test func `reports output to a full disk`() async throws {
      let end = try await output(to: .file("/dev/full"))
      #expect(end.status == 1)
      #expect(end.error.contains("standard output: No space left on device"))
    }

    @Test(arguments: [
      "login --print-script", "api", "api --format json", "policy explain",
      "policy explain --format json", "--help", "--version", "--version --verbose",
      "status --help",
    ])
    func `reports data that a full disk does not take`(words: String) async throws {
      try await reports(words, status: 1)
    }

    @Test func `reports help of a scenario run that a full disk does not take`() async throws {
      try await reports("test --help", status: 2)
    }

    @Test(arguments: ["run -e print(1)", "policy explain", "test no-such-folder"])
    func `does not die where no file may grow`(words: String) async throws {
      let end = try await onThread {
        let sandbox = try Sandbox()
        let words = words.split(separator: " ").map(String.init)
        let shell = ["/bin/sh", "-c", "ulimit -f 0; exec \"$@\"", "sh"]
        return try ChildProcess(
          sandbox.settings(shell + ["\(Place.programs)/ssoscript"] + words)
        ).end()
      }
      #expect(end.status < 128, "\(end)")
    }

    #if os(Linux)
      @Test func `hands its sockets to no program, but what it was given itself`() async throws {
        try await onThread {
          let script = """
            require("sso.safe").http.get("http://127.0.0.1:1/")
            print(io.popen({ "ls", "-l", "/proc/self/fd" }).output)
            """
          let words = #"exec 5</dev/null; exec ssoscript run -A -e "$0""#
          let sandbox = try Sandbox()
          let settings = sandbox.settings(["/bin/sh", "-c", words, script])
          let end = try ChildProcess(settings).end()
          #expect(end.output.contains(" 5 -> /dev/null"), "\(end)")
          #expect(!end.output.contains("socket:"), "\(end)")
        }
      }
    #endif

    @Test func `says what the system lacks when there is no file descriptor`() async throws {
      let end = try await onThread {
        let sandbox = try Sandbox()
        let code = "print(require('sso.safe').http.get('http://127.0.0.1:1/'))"
        let shell = ["/bin/sh", "-c", "ulimit -n \"$1\"; shift; exec \"$@\"", "sh"]
        let command = ["\(Place.programs)/ssoscript", "run", "-A", "-e", code]
        return try (4...10).map { limit in
          try ChildProcess(sandbox.settings(shell + ["\(limit)"] + command)).end()
        }
      }
      let words = end.map { $0.output + $0.error }
      #expect(words.first == "ssoscript: no file descriptor to be had: Too many open files\n")
      #expect(words.contains { $0.contains("no socket: Too many open files") }, "\(words)")
      #expect(words.allSatisfy { !$0.contains("many") || !$0.contains("serve") }, "\(words)")
    }

    #if Server
      @Test(arguments: ["ssoscript serve", "ssoscript-serve"])
      func `says that too few open files are allowed for a service`(
        program: String
      ) async throws {
        try await onThread {
          let sandbox = try Sandbox()
          let lines = try [10, 16, 28].map { limit in
            let words = "ulimit -n \(limit); exec \(program) --port 0"
            let end = try ChildProcess(sandbox.settings(["/bin/sh", "-c", words])).end()
            #expect(end.status == 3)
            return end.error.replacing(": \(limit),", with: ": N,")
          }
          let words =
            #/ssoscript serve: too few open files are allowed \(ulimit -n\): N, and (\d+) are needed\n/#
          let fewest = try lines.map { try #require($0.wholeMatch(of: words)).1 }
          // Three for each processor.
          #expect(Set(fewest).count == 1 && fewest.allSatisfy { (Int($0) ?? 0) % 3 == 26 % 3 })
        }
      }

      @Test(arguments: [
        ("serve --port 0 --format json", 1), ("serve --port 0 --env", 1),
        ("serve --explain-profile", 1), ("serve --help", 1), ("serve --self-check", 1),
      ])
      func `reports words of a service that a full disk does not take`(
        words: String, status: Int32
      ) async throws {
        try await reports(words, status: status)
      }
    #endif

    @Test func `tells once of a trace that a full disk does not take`() async throws {
      try await onThread {
        let server = try server("400 Bad Request", #"{"error":"invalid_request"}"#)
        let script = """
          local client = require("sso").client { region = "us-east-1" }
          for _ = 1, 2 do
            pcall(client.register_client, client, { clientName = "x", clientType = "public" })
          end
          """
        let sandbox = try Sandbox()
        let end = try sandbox.run(
          "run", "--trace", "/dev/full", "--endpoint-url", "http://127.0.0.1:\(server.port)", "-e",
          script)
        #expect(end.status == 0, "\(end.error)")
        #expect(
          end.error == "ssoscript: --trace: /dev/full: No space left on device; "
            + "the trace is not complete\n")
      }
    }

    private func reports(_ words: String, status: Int32) async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let words = words.split(separator: " ").map(String.init)
        var settings = sandbox.settings(["\(Place.programs)/ssoscript"] + words)
        settings.output = .file("/dev/full")
        let end = try ChildProcess(settings).end()
        #expect(end.status == status)
        #expect(
          end.error.hasSuffix("standard output: No space left on device\n"), "\(end.error)")
      }
    }
  #endif

  @Test func `reports data that a closed stream does not take`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      for words in [["api"], ["--version"], ["policy", "explain"]] {
        var settings = sandbox.settings(
          ["/bin/sh", "-c", "exec \"$@\" >&-", "sh", "\(Place.programs)/ssoscript"] + words)
        settings.error = .captured
        let end = try ChildProcess(settings).end()
        #expect(end.status == 1)
        #expect(end.error == "ssoscript: standard output: Bad file descriptor\n")
      }
    }
  }

  @Test(arguments: ["2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
  func `never writes into a script's file what belongs to a closed stream`(
    closing: String
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let script = "local f = io.open('f', 'w') io.stderr:write('said') f:write('kept')"
      var settings = sandbox.command("run", "--allow-write=.", "-e", script)
      settings.command = ["/bin/sh", "-c", "exec \"$@\" \(closing)", "sh"] + settings.command
      #expect(try ChildProcess(settings).end().status == 0)
      #expect(sandbox.read("f") == "kept")
    }
  }

  @Test func `reports output to a closed stream`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      var settings = sandbox.command("run", "-e", "print('said')")
      settings.command = ["/bin/sh", "-c", "exec \"$@\" >&-", "sh"] + settings.command
      let end = try ChildProcess(settings).end()
      #expect(end.status == 1)
      #expect(end.error.contains("standard output: Bad file descriptor"))
    }
  }

  private func output(to sink: ChildSettings.Sink) async throws -> ChildEnd {
    try await onThread {
      let sandbox = try Sandbox()
      var settings = sandbox.command("run", "-e", "for i = 1, 1e5 do print(i) end")
      settings.output = sink
      return try ChildProcess(settings).end()
    }
  }
}

@Suite struct `What is not UTF-8` {
  @Test(arguments: [
    ("exec \"$@\" \"$(printf 'n\\377on.lua')\"", Int32(2), "ssoscript: argument 2 is not UTF-8\n"),
    (
      "HOME=$(printf '/h\\377') exec \"$@\" flow.lua", 3,
      "ssoscript: the variable HOME is not UTF-8: a file elsewhere would be read\n"
    ),
  ])
  func `is refused, as a file of another name would be read`(
    line: String, status: Int32, words: String
  ) async throws {
    let end = try await onThread {
      let sandbox = try Sandbox()
      var settings = sandbox.settings(["/bin/sh", "-c", line, "sh"])
      settings.command += ["\(Place.programs)/ssoscript", "run"]
      return try ChildProcess(settings).end()
    }
    #expect(end.status == status && end.output == "")
    #expect(end.error == words)
  }

  @Test(arguments: ["SSOSCRIPT_SECRET_x", "SSOSCRIPT_VAR_x"])
  func `is no value for scenarios: what is hidden or shown would be another one`(
    variable: String
  ) async throws {
    let line = "\(variable)=$(printf '\\377\\377\\377\\377') exec \"$@\""
    let end = try await onThread {
      let sandbox = try Sandbox()
      try sandbox.write("a_spec.lua", "scenario('a', function() end)")
      var settings = sandbox.settings(["/bin/sh", "-c", line, "sh"])
      settings.command += ["\(Place.programs)/ssoscript-test", "a_spec.lua"]
      return try ChildProcess(settings).end()
    }
    #expect(end.status == 2 && end.output == "")
    #expect(end.error.contains("the variable \(variable) is not UTF-8"), "\(end.error)")
  }
}

@Suite struct `A closed standard input` {
  @Test func `is no empty script`() async throws {
    let end = try await onThread {
      let sandbox = try Sandbox()
      var settings = sandbox.settings(["/bin/sh", "-c", "exec \"$@\" <&-", "sh"])
      settings.command += ["\(Place.programs)/ssoscript", "run", "-"]
      return try ChildProcess(settings).end()
    }
    #expect(end.status == 1)
    #expect(end.error.contains("Bad file descriptor"))
  }
}

@Suite struct `A signal` {
  private static let numbers = [(SIGINT, Int32(130)), (SIGTERM, 143), (SIGHUP, 129)]
  private static let scripts = [
    "while true do end", "while true do pcall(function() while true do end end) end",
    "require 'sso'.time.sleep(1000)",
  ]

  @Test(arguments: numbers, scripts)
  func `stops a script wherever it is and runs its close variables`(
    _ signal: (number: Int32, status: Int32), _ script: String
  ) async throws {
    try await onThread {
      let closing =
        "local c <close> = setmetatable({}, { __close = function() print('closed') end }) "
      let sandbox = try Sandbox()
      let command = sandbox.command("run", "-e", "\(closing) print('ready') \(script)")
      let process = try ChildProcess(command)
      #expect(try process.readLine() == "ready")
      process.send(signal: signal.number)
      let end = try process.end()
      #expect(end.status == signal.status)
      #expect(end.output == "closed\n")
    }
  }

  @Test func `that comes twice at once, as timeout sends it, leaves close variables their time`()
    async throws
  {
    try await onThread {
      let script = """
        local c <close> = setmetatable({}, { __close = function()
          for _ = 1, 2000000 do end
          print "closed"
        end })
        print "ready"
        require "sso".time.sleep(1000)
        """
      let sandbox = try Sandbox()
      let process = try ChildProcess(sandbox.command("run", "-e", script))
      #expect(try process.readLine() == "ready")
      for _ in 1...2 { process.send(signal: SIGTERM) }
      let end = try process.end()
      #expect(end.status == 143)
      #expect(end.output == "closed\n")
    }
  }
}

@Suite struct `A signal that the program was started to ignore` {
  @Test func `stops no script, as under nohup`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      var settings = sandbox.command("run", "-e", "print('ready') require 'sso'.time.sleep(1000)")
      settings.command =
        ["/bin/sh", "-c", "trap '' HUP INT; exec \"$@\"", "sh"] + settings.command
      let process = try ChildProcess(settings)
      #expect(try process.readLine() == "ready")
      for signal in [SIGHUP, SIGINT, SIGTERM] { process.send(signal: signal) }
      #expect(try process.end().status == 143)
    }
  }
}

@Suite struct `A link` {
  /// A folder that the script may write, with a link to a file outside of it.
  private func run(_ code: String) async throws -> (end: ChildEnd, outside: String?, link: String?)
  {
    try await onThread {
      let sandbox = try Sandbox()
      let manager = FileManager.default
      try manager.createDirectory(atPath: "\(sandbox.path)/mine", withIntermediateDirectories: true)
      try sandbox.write("outside", "theirs")
      try sandbox.write("mine/new", "ours")
      try manager.createSymbolicLink(
        atPath: "\(sandbox.path)/mine/link", withDestinationPath: "\(sandbox.path)/outside")
      let end = try sandbox.run("run", "--allow-write=mine", "-e", code)
      return (end, sandbox.read("outside"), sandbox.read("mine/link"))
    }
  }

  @Test func `F12 is replaced by os.rename, and not what it leads to`() async throws {
    let found = try await run("print(os.rename('mine/new', 'mine/link'))")
    #expect(found.end.output == "true\n", "\(found.end.error)")
    #expect(found.link == "ours")
    #expect(found.outside == "theirs")
  }

  @Test func `F12 is removed by os.remove, and not what it leads to`() async throws {
    let found = try await run("print(os.remove('mine/link'))")
    #expect(found.end.output == "true\n", "\(found.end.error)")
    #expect(found.link == nil)
    #expect(found.outside == "theirs")
  }

  @Test func `F12 is no folder where a slash stands behind it, whatever it leads to`() async throws
  {
    let end = try await onThread {
      let sandbox = try Sandbox()
      try FileManager.default.createDirectory(
        atPath: "\(sandbox.path)/full", withIntermediateDirectories: true)
      try sandbox.write("full/keep", "")
      try FileManager.default.createSymbolicLink(
        atPath: "\(sandbox.path)/way", withDestinationPath: "full")
      let code = """
        print(select(3, os.rename("way/", "other")), select(3, os.remove("way/")), select(3, os.remove("full/.")))
        print(os.rename("full/", "new/"), os.remove("way"))
        """
      return try sandbox.run("run", "--allow-write=.", "-e", code)
    }
    #expect(end.output == "20\t20\t22\ntrue\ttrue\n", "\(end.error)")
  }

  @Test func `F12 to an open pipe is opened, though its text names nothing`() async throws {
    let end = try await onThread {
      let code = #"for line in io.lines("/dev/stdin") do print(line) end"#
      let command = "echo one | \(Place.programs)/ssoscript run --allow-read='*' -e '\(code)'"
      return try ChildProcess(["/bin/sh", "-c", command]).end()
    }
    #expect(end.output == "one\n")
  }

  @Test func `F12 that leads out of what may be written is not written`() async throws {
    let found = try await run("io.open('mine/link', 'w')")
    #expect(found.end.status == 6)
    #expect(found.outside == "theirs")
  }
}

@Suite struct `A link that leads to nothing yet` {
  @Test(arguments: [
    ("../outside", "mine/link"), ("../outside", "mine/../mine/link"), ("second", "mine/link"),
    ("../empty", "mine/link/new"),
  ])
  func `F12 out of what may be written makes no file there`(
    target: String, path: String
  ) async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let manager = FileManager.default
      try manager.createDirectory(atPath: "\(sandbox.path)/mine", withIntermediateDirectories: true)
      for (link, target) in [("link", target), ("second", "../outside")] {
        try manager.createSymbolicLink(
          atPath: "\(sandbox.path)/mine/\(link)", withDestinationPath: target)
      }
      let code = "io.open('\(path)', 'w'):write('evil')"
      let end = try sandbox.run("run", "--allow-write=mine", "-e", code)
      #expect(end.status == 6, "\(end.error)")
      #expect(try manager.contentsOfDirectory(atPath: sandbox.path) == ["mine"])
    }
  }

  @Test func `and back into what may be written makes one there`() async throws {
    try await onThread {
      let sandbox = try Sandbox()
      let manager = FileManager.default
      try manager.createDirectory(atPath: "\(sandbox.path)/mine", withIntermediateDirectories: true)
      try manager.createSymbolicLink(
        atPath: "\(sandbox.path)/mine/link", withDestinationPath: "../mine/new")
      let code = "io.open('mine/link', 'w'):write('ours')"
      let end = try sandbox.run("run", "--allow-write=mine", "-e", code)
      #expect(end.status == 0, "\(end.error)")
      #expect(sandbox.read("mine/new") == "ours")
    }
  }
}

@Suite struct `A working directory that was removed` {
  private func run(_ words: String) async throws -> ChildEnd {
    try await onThread {
      let sandbox = try Sandbox()
      let script = "mkdir gone && cd gone && rmdir ../gone && exec ssoscript \(words)"
      return try ChildProcess(sandbox.settings(["/bin/sh", "-c", script])).end()
    }
  }

  @Test(arguments: [
    ("status", "no SSO session is configured or cached"),
    ("run -e 'io.stderr:write [[ran]]'", "ran"),
    ("policy explain", "no policy is in force"),
  ])
  func `is no obstacle`(words: String, answer: String) async throws {
    let end = try await run(words)
    #expect((end.output + end.error).contains(answer), "\(end)")
  }

  @Test(arguments: ["x", "../x", "../../x", "a/../x"], ["--allow-write=.", "--allow-all"])
  func `holds no file, and none can be reached from it`(
    path: String, permission: String
  ) async throws {
    let end = try await run("run \(permission) -e 'print(io.open(\"\(path)\", \"w\"))'")
    #expect(end.output.hasPrefix("nil\t"), "\(end)")
  }
}

@Suite struct `An error of the service` {
  private static let create = """
    local sso = require "sso"
    local client = sso.client { region = "us-east-1", retries = 1 }
    client:create_token { clientId = "a", clientSecret = "hidden-word", grantType = "b" }
    """

  /// Code, HTTP status, exit status: those of the model, one with a name of its own, one of nobody.
  static let answers: [(code: String, status: String, exit: Int32)] = [
    ("AccessDeniedException", "400", 4), ("AuthorizationPendingException", "400", 4),
    ("ExpiredTokenException", "400", 4), ("InternalServerException", "500", 4),
    ("InvalidClientException", "401", 4), ("InvalidClientMetadataException", "400", 4),
    ("InvalidGrantException", "400", 4), ("InvalidRedirectUriException", "400", 4),
    ("InvalidRequestException", "400", 4), ("InvalidRequestRegionException", "400", 4),
    ("InvalidScopeException", "400", 4), ("SlowDownException", "400", 4),
    ("UnauthorizedClientException", "400", 4), ("UnsupportedGrantTypeException", "400", 4),
    ("SomethingNewException", "418", 4),
  ]

  @Test(arguments: answers)
  func `is named, with what the service said, and nothing secret`(
    _ answer: (code: String, status: String, exit: Int32)
  ) async throws {
    try await onThread {
      let service = try server(
        "\(answer.status) Error", headers: "x-amzn-ErrorType: \(answer.code)\r\n",
        "{\"error\":\"some_error\",\"error_description\":\"said by the service\"}")
      let end = try run(Self.create, endpoint: service.url)
      #expect(end.status == answer.exit)
      #expect(end.error.contains(answer.code))
      #expect(end.error.contains("said by the service"))
      #expect(!end.error.contains("hidden-word"))
    }
  }
}
