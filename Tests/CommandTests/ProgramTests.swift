//  ProgramTests.swift - other programs: a browser, and what io.popen runs.

import TestSupport
import Testing

#if os(Linux)
  @Suite struct `sso.browser.open on this machine` {
    /// Opens a page with `BROWSER` set to what `browser` makes of the path of `program`, if it is given.
    private func open(
      _ variables: [String: String], program: String? = nil,
      browser: @Sendable (String) -> String = { "/bin/sh \($0)" }
    ) async throws -> ChildEnd {
      var environment = variables
      let sandbox = try Sandbox()
      if let program {
        // Not a program itself: another test may start one while this file is still being written.
        environment["BROWSER"] = browser(try sandbox.write("browser", program))
      }
      let code = "print(require('sso.safe').browser.open('https://example.com/a?b'))"
      var settings = sandbox.command("run", "-e", code, environment: environment)
      settings.error = .captured
      return try await onThread { [settings] in try ChildProcess(settings).end() }
    }

    @Test func `F21 starts the program that BROWSER names, detached`() async throws {
      let program = #"""
        read -r pid name state parent group session rest </proc/$$/stat
        echo "nobody wants to know" >&2
        [ "$1" = https://example.com/a?b ] && ! [ -t 0 ] && [ "$session" = $$ ]
        """#
      let end = try await open(["DISPLAY": ":1"], program: program)
      #expect(end.status == 0)
      #expect(end.output == "true\n")
      #expect(end.error == "open https://example.com/a?b\n")
    }

    @Test func `F21 does not wait for one that hangs`() async throws {
      let end = try await open(["DISPLAY": ":1"], program: "exec sleep 5 >/dev/null 2>&1")
      #expect(end.output == "true\n")
    }

    @Test func `F21 keeps no trace of one that hung, once it has ended`() async throws {
      let sandbox = try Sandbox()
      let program = try sandbox.write(
        "browser", "mkdir once 2>/dev/null || exit 0; echo $$ >pid; exec 3>end; exec cat fifo")
      let code = """
        local sso = require "sso"
        local function content(path)
          local file = io.open(path)
          return file and file:read "a"
        end
        io.popen { "mkfifo", "fifo", "pid", "end" }
        pcall(sso.task.timeout, 0.1, function() sso.browser.open "https://example.com/" end)
        local status = "/proc/" .. content("pid"):match "%d+" .. "/status"
        local ending = io.open "end"
        io.open("fifo", "w"):close()
        ending:read "a"
        -- Whoever waited for it may be about to leave it alone only now.
        for _ = 1, 1000 do
          sso.browser.open "https://example.com/"
          if not content(status) then break end
        end
        print(content(status))
        """
      let settings = sandbox.command(
        "run", "-A", "-e", code, environment: ["BROWSER": "/bin/sh \(program)"])
      let end = try await onThread { try ChildProcess(settings).end() }
      #expect(end.output == "nil\n")
    }

    @Test func `F21 says when a signal ends the program`() async throws {
      let end = try await open(["WAYLAND_DISPLAY": "w"], program: "kill -KILL $$")
      #expect(end.output.contains("did not open the page (signal 9); open it by hand"))
    }

    @Test func `F21 says when the program fails`() async throws {
      let end = try await open(["WAYLAND_DISPLAY": "w"], program: "exit 3")
      #expect(end.output.contains("did not open the page (exit status 3); open it by hand"))
    }

    private static let places: [[String: String]] = [
      ["DISPLAY": ":1", "SSH_CONNECTION": "a"], ["DISPLAY": ":1", "SSH_TTY": "/dev/pts/1"], [:],
      ["DISPLAY": ""],
    ]

    @Test(arguments: zip(places, ["over SSH", "over SSH", "no display", "no display"]))
    func `F21 starts nothing over SSH or without a display`(
      variables: [String: String], reason: String
    ) async throws {
      let end = try await open(variables)
      #expect(end.output.contains(reason))
      #expect(end.error == "open https://example.com/a?b\n")
    }

    @Test(arguments: places)
    func `F21 starts what the user names in BROWSER wherever it is`(
      variables: [String: String]
    ) async throws {
      let end = try await open(variables, program: #"[ "$1" = https://example.com/a?b ]"#)
      #expect(end.output == "true\n")
      #expect(end.error == "open https://example.com/a?b\n")
    }

    @Test func `F21 puts the address where BROWSER says, and tries one program after the other`()
      async throws
    {
      let program = #"[ "$1" = --page=https://example.com/a?b ] && [ "$2" = --new ]"#
      let end = try await open([:], program: program) {
        "/nonexistent/browser:/bin/sh \($0) --page=%s --new"
      }
      #expect(end.output == "true\n")
    }
  }

  @Suite struct `A program that notifies` {
    @Test(.timeLimit(.minutes(2)))
    func `and does not end in time holds up nobody who reads standard error`() async throws {
      let end = try await onThread {
        let sandbox = try Sandbox()
        let notify = """
          io.popen { "mkfifo", "fifo" }
          require("sso").notify.command { argv = { "cat", "fifo" }, timeout = 0.1 }
          """
        let end = try sandbox.run("run", "-A", "-e", notify)
        // Now it may end.
        _ = try sandbox.run("run", "-A", "-e", "io.open('fifo', 'w'):close()")
        return end
      }
      #expect(end.error.hasSuffix("cat did not end within 0.1 seconds\n"), "\(end.error)")
    }

    @Test(.timeLimit(.minutes(2)))
    func `speaks in its turn, and what it leaves behind may speak when nobody hears it`()
      async throws
    {
      let end = try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write(
          "notify", "echo a >&2; (cat fifo; echo b >&2; echo done >out) >/dev/null & echo c >&2")
        let notify = """
          io.popen { "mkfifo", "fifo", "out" }
          require("sso").notify.command { argv = { "sh", "notify" } }
          io.stderr:write "d\\n"
          """
        let end = try sandbox.run("run", "-A", "-e", notify)
        let release = "io.open('fifo', 'w'):close() print(io.open('out'):read('a'))"
        return (end, try sandbox.run("run", "-A", "-e", release).output)
      }
      #expect(end.0.error == "a\nc\nd\n")
      #expect(end.1 == "done\n\n")
    }
  }

  @Suite struct `io.popen` {
    @Test func `lets a program speak to standard error in its turn, also with no output left`()
      async throws
    {
      let end = try await onThread {
        let code = """
          io.stderr:write "a\\n"
          io.popen { "sh", "-c", "echo b >&2; exec >&-; echo c >&2" }
          io.stderr:write "d\\n"
          """
        return try Sandbox().run("run", "-A", "-e", code)
      }
      #expect(end.error == "a\nb\nc\nd\n")
    }

    @Test(.timeLimit(.minutes(2)))
    func `leaves standard error to what outlives a program`() async throws {
      let end = try await onThread {
        let sandbox = try Sandbox()
        let code = """
          io.popen { "mkfifo", "fifo" }
          io.popen { "sh", "-c", "(cat fifo; echo b >&2) >/dev/null & echo a >&2" }
          io.open("fifo", "w"):close()
          """
        return try sandbox.run("run", "-A", "-e", code)
      }
      #expect(end.error == "a\nb\n")
    }

    @Test func `feeds a program that writes before it has read all`() async throws {
      let end = try await onThread {
        let code = """
          local r = io.popen({ "cat" }, ("x"):rep(1000000)) print(r.status, #r.output)
          print(io.popen({ "true" }, ("x"):rep(1000000)).status)
          print(io.popen({ "sh", "-c", "kill -PIPE $$" }).signal)
          """
        return try Sandbox().run("run", "-A", "-e", code)
      }
      #expect(end.output == "0\t1000000\n0\n13\n")
    }

    @Test func `fails for a program that writes more than it keeps`() async throws {
      let end = try await onThread {
        let code = """
          print(#io.popen({ "head", "-c", "4194304", "/dev/zero" }).output)
          local ok, err = pcall(io.popen, { "head", "-c", "4194305", "/dev/zero" })
          print(ok, err.code, err.kind, err)
          """
        return try Sandbox().run("run", "-A", "-e", code)
      }
      #expect(
        end.output == "4194304\nfalse\ttoo_large\tlimit\t"
          + "io.popen: the program wrote more than 4 MiB\n")
    }

    @Test func `gives a program its signals as they were, whatever is done about our own`()
      async throws
    {
      let end = try await onThread {
        let code = """
          local status = io.popen { "cat", "/proc/self/status" }.output
          local function signals(name) return tonumber(status:match(name .. ":%s*(%x+)"), 16) end
          print(signals "SigBlk", signals "SigIgn" & (1 << 13 - 1 | 1 << 25 - 1))
          """
        return try Sandbox().run("run", "-A", "-e", code)
      }
      #expect(end.output == "0\t0\n")
    }

    /// What a program has open besides its standard streams, as a function in Lua: a table of
    /// `pipe:[7]` and the like.
    private static let open = """
      local sso = require "sso"
      local list = [[
        for f in /proc/$$/fd/*; do case ${f##*/} in [012]) ;; *) readlink $f; esac; done
      ]]
      local function open()
        local found = {}
        for name in io.popen { "sh", "-c", list }.output:gmatch("%S+") do found[name] = true end
        return found
      end
      local before = open()  -- What the test itself leaves open.

      """

    @Test func `gives a program no pipe of another that starts with it`() async throws {
      let end = try await onThread {
        let code = """
          local tasks = {}
          for i = 1, 200 do tasks[i] = sso.task.spawn(open) end
          for _, one in ipairs(tasks) do
            for name in pairs(one:join()) do if not before[name] then print(name) end end
          end
          """
        return try Sandbox().run("run", "-A", "-e", Self.open + code)
      }
      #expect(end.status == 0 && end.output == "", "\(end)")
    }

    @Test func `gives a program no connection`() async throws {
      let end = try await onThread {
        let server = try TestServer { connection in
          while connection.readRequest() != nil { connection.answer("200 OK", "ok") }
        }
        let code = """
          print(sso.http.get("\(server.url)").status)
          local connections = io.popen { "cat", "/proc/net/tcp" }.output
          for name in pairs(open()) do
            local number = name:match("^socket:%[(%d+)")
            if number and not before[name] and connections:find(" " .. number .. " ", 1, true) then
              print(name)
            end
          end
          """
        return try Sandbox().run("run", "-A", "-e", Self.open + code)
      }
      #expect(end.status == 0 && end.output == "200\n", "\(end)")
    }
  }
#endif
