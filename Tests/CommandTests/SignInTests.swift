//  SignInTests.swift - sso.ensure by the built programs: many processes, kills, disks, browsers.

import Foundation
import StrictJSON
import TestSupport
import Testing

#if Server
  /// A home with a session at a service of its own.
  private struct Home {
    static let ensure = "local t = require('sso').ensure { session = 'local' } print(t.source)"

    let sandbox: Sandbox
    let service: Killable
    var cache: String { "\(sandbox.path)/.aws/sso/cache" }

    init(_ arguments: String...) throws {
      sandbox = try Sandbox()
      service = try Killable(["--interval", "1"] + arguments, in: sandbox)
      try FileManager.default.createDirectory(
        atPath: "\(sandbox.path)/.aws", withIntermediateDirectories: true)
      try sandbox.write(
        ".aws/config",
        """
        [sso-session local]
        sso_start_url = \(service.startURL)
        sso_region = us-east-1
        sso_registration_scopes = sso:account:access
        """)
    }

    func settings(
      _ script: String = Home.ensure, _ environment: [String: String] = [:]
    ) -> ChildSettings {
      let variables = ["AWS_ENDPOINT_URL_SSO_OIDC": service.endpoint]
      return sandbox.command(
        "run", "-e", script, environment: variables.merging(environment) { $1 })
    }

    func start(
      _ script: String = Home.ensure, _ environment: [String: String] = [:]
    ) throws -> ChildProcess { try ChildProcess(settings(script, environment)) }

    /// The code that a process shows.
    func code(shownBy process: ChildProcess) throws -> String {
      while let line = try process.readLine(.error) {
        if line.hasPrefix("open "), let code = line.split(separator: " ").last {
          return String(code)
        }
      }
      throw TestSupportError("no code was shown")
    }

    /// The file of the token.
    var tokenFile: String? {
      (try? FileManager.default.contentsOfDirectory(atPath: cache))?.first { name in
        name.hasSuffix(".json")
          && sandbox.read(".aws/sso/cache/\(name)")?.contains("accessToken") == true
      }
    }

    /// Lets the cached token end in so many seconds.
    func age(to seconds: Double) throws {
      let name = try #require(tokenFile)
      let text = try #require(sandbox.read(".aws/sso/cache/\(name)"))
      let end = Date.now.addingTimeInterval(seconds).formatted(.iso8601)
      let aged = text.replacing(#/"expiresAt": "[^"]*"/#, with: "\"expiresAt\": \"\(end)\"")
      try sandbox.write(".aws/sso/cache/\(name)", aged)
    }

    func refreshes() throws -> Int {
      try service.journal("CreateToken").count { $0["grantType"]?.asString == "refresh_token" }
    }
  }

  @Suite struct `Many processes that ensure a token` {
    @Test func `F03 make one login, and then one renewal`() async throws {
      try await onThread {
        let home = try Home("--approve", "auto")
        let logins = try (0..<100).map { _ in try home.start() }.map { try $0.end() }
        #expect(
          logins.allSatisfy { $0.status == 0 }, "\(logins.first { $0.status != 0 }?.error ?? "")")
        #expect(logins.count { $0.output == "login\n" } == 1)
        #expect(try home.service.journal("StartDeviceAuthorization").count == 1)
        #expect(try home.service.journal("RegisterClient").count == 1)

        try home.age(to: 300)
        let renewals = try (0..<100).map { _ in try home.start() }.map { try $0.end() }
        #expect(renewals.allSatisfy { $0.status == 0 })
        #expect(renewals.count { $0.output == "refresh\n" } == 1)
        #expect(try home.refreshes() == 1)
        #expect(try home.service.journal("StartDeviceAuthorization").count == 1)
      }
    }

    @Test func `F04 go on when the one at work is killed`() async throws {
      try await onThread {
        let home = try Home()
        let first = try home.start()
        let lost = try home.code(shownBy: first)
        let second = try home.start()
        #expect(try second.readLine(.error) == "waiting for another sign-in to local")
        first.send(signal: 9)
        _ = try first.end()
        let code = try home.code(shownBy: second)
        #expect(code != lost)
        _ = try home.service.control("/approve", ["userCode": .string(code)])
        #expect(try second.end().output == "login\n")
      }
    }

    @Test func `leave a person alone who has declined`() async throws {
      try await onThread {
        let home = try Home()
        let first = try home.start()
        let code = try home.code(shownBy: first)
        let second = try home.start()
        _ = try second.readLine(.error)
        _ = try home.service.control("/deny", ["userCode": .string(code)])
        #expect(try first.end().status == 4)
        let end = try second.end()
        #expect(end.status == 4)
        #expect(end.error.contains("nobody is asked again before 2"))
        #expect(try home.service.journal("StartDeviceAuthorization").count == 1)
      }
    }
  }

  @Suite struct `A renewal` {
    @Test(arguments: [("2", "refresh\n"), ("2-3", "login\n")])
    func `N09 whose reply is lost is sent once more, and never a third time`(
      calls: String, source: String
    ) async throws {
      try await onThread {
        let home = try Home("--approve", "auto", "--fault", "CreateToken#\(calls):N09")
        #expect(try home.start().end().output == "login\n")
        try home.age(to: 300)
        #expect(try home.start().end().output == source)
        #expect(try home.refreshes() == 2)
      }
    }

    @Test func `that says no ends in a login, not in a loop`() async throws {
      try await onThread {
        let home = try Home("--approve", "auto", "--fault", "CreateToken#2:H29")
        _ = try home.start().end()
        try home.age(to: 300)
        let end = try home.start().end()
        #expect(end.output == "login\n")
        #expect(end.error.contains("the token could not be renewed"))
        #expect(try home.service.journal("CreateToken").count == 3)
      }
    }
  }

  @Suite struct `A login` {
    @Test func `F18 keeps the token although nobody reads what is printed`() async throws {
      try await onThread {
        let home = try Home("--approve", "auto")
        var settings = home.settings()
        settings.output = .closedPipe
        #expect(try ChildProcess(settings).end().status == 141)
        #expect(home.tokenFile != nil)
      }
    }

    @Test(arguments: [2, 15, 1] as [Int32])
    func `F19 ends at a signal, and leaves the lock to the next`(signal: Int32) async throws {
      try await onThread {
        let home = try Home()
        let first = try home.start()
        _ = try home.code(shownBy: first)
        first.send(signal: signal)
        #expect(try first.end().status == 128 + signal)
        let second = try home.start()
        #expect(try !home.code(shownBy: second).isEmpty)
      }
    }

    @Test func `F05 F08 F10 gives the token where nothing can be kept, and says so`() async throws {
      try await onThread {
        let home = try Home("--approve", "auto")
        try FileManager.default.createDirectory(
          atPath: "\(home.sandbox.path)/.aws/sso", withIntermediateDirectories: true)
        try home.sandbox.write(".aws/sso/cache", "no folder")
        let end = try home.start().end()
        #expect(end.status == 0 && end.output == "login\n")
        let lines = end.error.split(separator: "\n").filter { $0.hasSuffix(": Not a directory") }
        #expect(lines.count == Set(lines).count && lines.contains { $0.hasPrefix("not cached: ") })
        let none = "print(require('sso').ensure { session = 'local', cache = 'none' }.source)"
        let quiet = try home.start(none).end()
        #expect(quiet.output == "login\n" && !quiet.error.contains("cache"))
      }
    }

    @Test func `H31 registers anew when the registration is revoked`() async throws {
      try await onThread {
        let home = try Home("--approve", "auto", "--fault", "StartDeviceAuthorization#2:H31")
        let forced = "print(require('sso').ensure { session = 'local', force = true }.source)"
        #expect(try home.start().end().output == "login\n")
        #expect(try home.start(forced).end().output == "login\n")
        #expect(try home.service.journal("RegisterClient").count == 2)
        #expect(try home.service.journal("StartDeviceAuthorization").count == 3)
      }
    }

    @Test func `R8252 F22 comes back from a browser, and the port is closed`() async throws {
      try await onThread {
        let home = try Home("--approve", "auto")
        let browser = try home.sandbox.write(
          "browser.lua",
          """
          local http = require("sso").http
          local url = ...
          local back = http.get(url).headers.location
          local port = back:match("^http://127%.0%.0%.1:(%d+)/oauth/callback%?")
          http.get("http://127.0.0.1:" .. port .. "/oauth/callback?code=x&state=y")
          io.open("seen", "w"):write(http.get(back).body):close()
          """)
        let program = "\(Place.programs)/ssoscript run -A \(browser)"
        let end = try home.start(
          Home.ensure,
          [
            "DISPLAY": ":1", "BROWSER": program, "http_proxy": "http://127.0.0.1:1",
            "no_proxy": "",
          ]
        ).end()
        #expect(end.output == "login\n", "\(end.error)")
        #expect(end.error.contains("1 request(s) that were not of this login were ignored"))
        #expect(try home.service.journal("StartDeviceAuthorization").isEmpty)
        let file = try #require(
          home.tokenFile.flatMap { home.sandbox.read(".aws/sso/cache/\($0)") })
        #expect(file.contains("refreshToken"))
      }
    }

    @Test func `F21 takes the code that a browser brought whose program fails afterwards`()
      async throws
    {
      try await onThread {
        let home = try Home("--approve", "auto")
        let visit = try home.sandbox.write(
          "visit.lua",
          """
          local http = require("sso").http
          http.get(http.get((...)).headers.location)
          """)
        let browser = try home.sandbox.write(
          "browser.sh", #"\#(Place.programs)/ssoscript run -A \#(visit) "$1" & sleep 2; exit 1"#)
        let end = try home.start(Home.ensure, ["BROWSER": "/bin/sh \(browser)"]).end()
        #expect(end.output == "login\n", "\(end.error)")
        #expect(!end.error.contains("did not open the page"), "\(end.error)")
        #expect(try home.service.journal("StartDeviceAuthorization").isEmpty)
      }
    }
  }

  @Suite struct `A cache write` {
    /// Set SSOSCRIPT_KILLS for more; the suite has other things to do.
    private static let kills =
      ProcessInfo.processInfo.environment["SSOSCRIPT_KILLS"].flatMap { Int($0) } ?? 25

    private static let writer = """
      local store = require("sso").cache.files { directory = "cache" }
      local texts = { ("a"):rep(200000), ("b"):rep(100) }
      store:put("a.json", texts[1])
      print("ready")
      for i = 1, tonumber((...)) do store:put("a.json", texts[i % 2 + 1]) end
      """

    @Test func `F06 that is killed leaves the old or the new file, whole`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let path = try sandbox.write("writer.lua", Self.writer)
        let command = { (count: String) in
          sandbox.command(
            "run", "--allow-read=cache", "--allow-write=cache", path, count)
        }
        for _ in 0..<Self.kills {
          let process = try ChildProcess(command("1000000"))
          #expect(try process.readLine() == "ready")
          // So many looks later it is somewhere else in its work.
          for _ in 0...Int.random(in: 0..<200) { #expect(try drafts(sandbox).count <= 1) }
          process.send(signal: 9)
          #expect(try process.end().status == 256 + 9)
          let text = sandbox.read("cache/a.json")
          #expect(
            text == String(repeating: "a", count: 200_000)
              || text == String(repeating: "b", count: 100))
          #expect(try drafts(sandbox).count <= 1)
        }
        #expect(try ChildProcess(command("1")).end().status == 0)
        #expect(try names(sandbox) == ["a.json"])
      }
    }

    @Test func `F17 without descriptors says so, and leaves the old file or the new`()
      async throws
    {
      try await onThread {
        let sandbox = try Sandbox()
        let writer = """
          local store, text = require("sso").cache.files { directory = "cache" }, ...
          store:put("a.json", text) assert(store:get("a.json") == text)
          """
        let command = { (limit: Int, text: String) in
          // The number is the shell's own limit, and that of the program that takes its place.
          sandbox.settings([
            "sh", "-c", "ulimit -n \(limit) && exec \"$@\"", "sh",
            "\(Place.programs)/ssoscript", "run", "-A", "-e", writer, text,
          ])
        }
        #expect(try ChildProcess(command(64, "old")).end().status == 0)
        var isShort = false
        for limit in 4...16 {
          let end = try ChildProcess(command(limit, "new \(limit)")).end()
          // The loader needs some as well, beside what other tests have open: then nothing begins.
          let hasBegun = end.status != 127 || !end.error.contains("shared libraries")
          let isClear = (1...7).contains(end.status) && !end.error.isEmpty || !hasBegun
          #expect(end.status == 0 || isClear, "\(limit): \(end.status) \(end.error)")
          isShort = isShort || end.status != 0
          let text = sandbox.read("cache/a.json") ?? ""
          #expect(text == "old" || text.hasPrefix("new "), "\(limit): \(text)")
        }
        #expect(isShort)
        #expect(try ChildProcess(command(64, "last")).end().status == 0)
        #expect(try names(sandbox) == ["a.json"])
      }
    }

    private func names(_ sandbox: Sandbox) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "\(sandbox.path)/cache").sorted()
    }

    private func drafts(_ sandbox: Sandbox) throws -> [String] {
      try names(sandbox).filter { $0.contains(".tmp") }
    }
  }
#endif
