//  SignInCommandTests.swift - login, status, credentials and logout as one uses them, at a service.

#if Server
  import Foundation
  import StrictJSON
  import TestSupport
  import Testing

  @Suite struct `The sign-in commands` {
    /// A home with a config file, and a service that says yes.
    final class Scene {
      let sandbox: Sandbox
      let service: Service

      init(_ arguments: String...) throws {
        sandbox = try Sandbox()
        service = try Service(["--approve", "auto", "--interval", "1"] + arguments, in: sandbox)
        try sandbox.write(
          "config",
          """
          [sso-session my-sso]
          sso_start_url = \(service.values["startUrl"] ?? "")
          sso_region = us-east-1
          [profile dev]
          sso_session = my-sso
          sso_account_id = 111122223333
          sso_role_name = ReadOnlyAccess

          """)
      }

      func run(_ words: String...) throws -> ChildEnd {
        let command = ["\(Place.programs)/ssoscript"] + words
        return try ChildProcess(sandbox.settings(command, environment)).end()
      }

      var environment: [String: String] {
        [
          "AWS_CONFIG_FILE": "\(sandbox.path)/config",
          "AWS_ENDPOINT_URL": service.values["endpoint"] ?? "",
        ]
      }

      func json(_ words: String...) throws -> JSON {
        let command = ["\(Place.programs)/ssoscript"] + words
        let end = try ChildProcess(sandbox.settings(command, environment)).end()
        return try JSON.parse(Array(end.output.utf8))
      }
    }

    @Test func `sign in once, and are quiet about it the second time`() async throws {
      try await onThread {
        let scene = try Scene()
        let first = try scene.run("login", "--profile", "dev")
        #expect(first.status == 0, "\(first.error)")
        #expect(first.output == "")
        #expect(first.error.contains("signed in to"))
        let second = try scene.run("login", "--profile", "dev")
        #expect(second.error.hasPrefix("still signed in to"), "\(second.error)")
        let forced = try scene.json("login", "--force", "--format", "json")
        #expect(forced["source"] == "login")
        #expect(forced["accessToken"] == nil)
      }
    }

    @Test func `are done though their words can be shown to nobody`() async throws {
      try await onThread {
        let scene = try Scene()
        for words in ["login", "login --force", "status", "logout", "logout"] {
          let command = ["sh", "-c", "exec ssoscript \(words) 2>/dev/full"]
          let end = try ChildProcess(scene.sandbox.settings(command, scene.environment)).end()
          #expect(end.status == 0, "\(words)")
        }
      }
    }

    @Test func `end the login that was killed before its token was in place`() async throws {
      try await onThread {
        let scene = try Scene()
        _ = try scene.run("login")
        let cache = "\(scene.sandbox.path)/.aws/sso/cache"
        let move = "for f in \(cache)/*.json; do cp -p $f $f.tmp-1; mv $f $f.bad-1; done"
        #expect(try ChildProcess(["sh", "-c", move]).end().status == 0)
        let end = try scene.run("logout", "--all")
        #expect(end.status == 0 && end.error.hasPrefix("signed out of"), "\(end.error)")
        let left = try ChildProcess(["sh", "-c", "ls \(cache) | grep -v lock"]).end()
        #expect(left.output == "", "\(left.output)")
      }
    }

    @Test func `tell by the exit status of status whether one is signed in`() async throws {
      try await onThread {
        let scene = try Scene()
        #expect(try scene.run("status").status == 1)
        _ = try scene.run("login")
        let status = try scene.run("status")
        #expect(status.status == 0)
        #expect(status.output.contains("my-sso"))
        #expect(status.output.contains("renewable"))
        let data = try scene.json("status", "--format", "json")
        #expect(data["valid"] == .bool(true))
      }
    }

    @Test func `call nobody signed in by what a policy takes for ended, and say why`() async throws
    {
      try await onThread {
        let scene = try Scene()
        let startURL = scene.service.values["startUrl"] ?? ""
        let target = ["--start-url", startURL, "--sso-region", "us-east-1"]
        let program = "\(Place.programs)/ssoscript"
        let run = { (words: [String]) in
          try ChildProcess(scene.sandbox.settings([program] + words + target, scene.environment))
            .end()
        }
        let role = ["--account-id", "111122223333", "--role-name", "ReadOnlyAccess"]
        #expect(try run(["credentials"] + role).status == 0)
        #expect(try run(["status"]).status == 0)
        try scene.sandbox.write("short.lua", "return { allow = { max_lifetime = 1800 } }")
        let policy = ["--policy", "short.lua"]
        let short = try run(["status"] + policy)
        #expect(short.status == 1)
        let words = "counts as ended: it lives longer than the policy allows"
        #expect(short.output.contains("  token         \(words)  (not re"), "\(short.output)")
        #expect(short.output.contains("  credentials   \(words)  (1111"), "\(short.output)")
        let data = try JSON.parse(
          Array(run(["status", "--format", "json"] + policy).output.utf8))
        #expect(data["valid"] == .bool(false))
        let token = data["sessions"]?.asArray?.first?["token"]
        #expect(token?["secondsLeft"] == 0)
        #expect(token?["objection"] == "it lives longer than the policy allows")
        #expect(try run(["login"] + policy).error.contains("longer than the policy allows"))
        #expect(try run(["status"] + policy).status == 0)
      }
    }

    @Test func `show a session of the cache that a policy takes for ended`() async throws {
      try await onThread {
        let scene = try Scene()
        let startURL = scene.service.values["startUrl"] ?? ""
        _ = try scene.run("login", "--start-url", startURL, "--sso-region", "us-east-1")
        try scene.sandbox.write("config", "")
        try scene.sandbox.write("short.lua", "return { allow = { max_lifetime = 1800 } }")
        let end = try scene.run("status", "--policy", "short.lua")
        #expect(end.status == 1 && end.output.contains("counts as ended"), "\(end.output)")
      }
    }

    @Test(arguments: ["status", "login"])
    func `F13 use no file that others can reach, and shut them out when asked to`(
      command: String
    ) async throws {
      try await onThread {
        let scene = try Scene()
        _ = try scene.run("login")
        let cache = "\(scene.sandbox.path)/.aws/sso/cache"
        #expect(try ChildProcess(["sh", "-c", "chmod 644 \(cache)/*.json"]).end().status == 0)
        let refused = try scene.run("status")
        #expect(refused.status == 1)
        #expect(refused.error.contains("others can reach it (chmod 600 it)"), "\(refused.error)")
        let mended = try scene.run(command, "--fix-permissions")
        #expect(mended.status == 0)
        #expect(mended.error.hasPrefix("shut others out of \(cache)/"), "\(mended.error)")
        #expect(!mended.error.contains("not used"))
        let later = try scene.run("login", "--fix-permissions")
        #expect(later.error.hasPrefix("still signed in to"), "\(later.error)")
      }
    }

    @Test(arguments: ["000", "277", "777"])
    func `F14 make folders and files for their owner, whatever the umask`(
      umask: String
    ) async throws {
      try await onThread {
        let scene = try Scene()
        let startURL = scene.service.values["startUrl"] ?? ""
        let place = ["--start-url", startURL, "--sso-region", "us-east-1"]
        for words in [
          ["login", "--trace", "trace"] + place,
          ["credentials", "--account-id", "111122223333", "--role-name", "ReadOnlyAccess"] + place,
          ["credentials", "--all", "--write"] + place,
        ] {
          let command = ["sh", "-c", "umask \(umask); exec ssoscript \"$@\"", "sh"] + words
          let environment = scene.environment.merging(
            ["AWS_CONFIG_FILE": "\(scene.sandbox.path)/.aws/config"]) { $1 }
          let end = try ChildProcess(scene.sandbox.settings(command, environment)).end()
          #expect(end.status == 0 && !end.error.contains("not cached"), "\(end.error)")
        }
        let search = "find .aws trace ! \\( -type d -perm 700 -o -type f -perm 600 \\)"
        let found = try ChildProcess(scene.sandbox.settings(["sh", "-c", search])).end()
        #expect(found.output == "" && found.status == 0, "\(found.output)\(found.error)")
        #expect(scene.sandbox.read(".aws/config")?.contains("[profile ") == true)
      }
    }

    @Test(arguments: [
      ("process", #""AccessKeyId":""#), ("env", "export AWS_ACCESS_KEY_ID='"),
      ("fish", "set -gx AWS_ACCESS_KEY_ID '"), ("powershell", "$Env:AWS_ACCESS_KEY_ID='"),
      ("json", #""accessKeyId": ""#),
    ])
    func `give credentials in the format of whoever reads them`(
      format: String, part: String
    ) async throws {
      try await onThread {
        let scene = try Scene()
        let end = try scene.run("credentials", "--profile", "dev", "--format", format)
        #expect(end.status == 0, "\(end.error)")
        #expect(end.output.contains(part), "\(end.output)")
      }
    }

    @Test func `give the same credentials again without asking the service`() async throws {
      try await onThread {
        let scene = try Scene()
        let first = try scene.run("credentials", "--profile", "dev")
        let second = try scene.run("credentials", "--profile", "dev")
        #expect(first.output == second.output)
        #expect(second.error == "")
      }
    }

    @Test func `sign out here and at the service`() async throws {
      try await onThread {
        let scene = try Scene()
        _ = try scene.run("credentials", "--profile", "dev")
        let out = try scene.run("logout")
        #expect(out.error.hasPrefix("signed out of"), "\(out.error)")
        #expect(!out.error.contains("did not confirm"))
        let data = try scene.json("status", "--format", "json")
        #expect(data["valid"] == .bool(false))
        #expect(data["sessions"]?.asArray?.first?["credentials"] == .array([]))
        #expect(try scene.run("logout", "--all").error == "nobody was signed in\n")
      }
    }

    @Test func `show and end a session that is in no config file`() async throws {
      try await onThread {
        let scene = try Scene()
        _ = try scene.run("login")
        let startURL = scene.service.values["startUrl"] ?? ""
        _ = try scene.run("login", "--start-url", startURL, "--sso-region", "us-east-1")
        try scene.sandbox.write("config", "")
        // One of another service, whose token is nobody's business at this one.
        let other =
          #"{"accessToken":"theirs","startUrl":"https://other.awsapps.com/start","#
          + #""region":"us-east-1","expiresAt":"2199-01-01T00:00:00Z"}"#
        let file = String(repeating: "a", count: 40) + ".json"
        try scene.sandbox.write(".aws/sso/cache/\(file)", other)
        let status = try scene.run("status")
        #expect(status.status == 0, "\(status.error)")
        #expect(
          status.output.components(of: "\(startURL)  us-east-1\n  token  ") == 2, "\(status.output)"
        )
        let out = try scene.run("logout", "--all")
        let line = "signed out of \(startURL)\n"
        #expect(out.error.components(of: line) == 2, "\(out.error)")
        let left = "not signed out of https://other.awsapps.com/start: it is no session of "
        #expect(out.error.components(of: left) == 1, "\(out.error)")
        #expect(out.error.contains("sign out of it without --endpoint-url"), "\(out.error)")
        #expect(out.error.contains("and a profile's endpoint_url"), "\(out.error)")
        #expect(out.status == 1)
        #expect(try scene.run("status").output.contains("https://other.awsapps.com/start"))
      }
    }

    @Test func `name what nobody can read and no section explains, and do not call it ended`()
      async throws
    {
      try await onThread {
        let scene = try Scene()
        let startURL = scene.service.values["startUrl"] ?? ""
        let target = ["--start-url", startURL, "--sso-region", "us-east-1"]
        let words = ["--account-id", "444455556666", "--role-name", "PowerUserAccess"]
        let command = ["\(Place.programs)/ssoscript", "credentials"] + target + words
        _ = try ChildProcess(scene.sandbox.settings(command, scene.environment)).end()
        try scene.sandbox.write("config", "")
        let folders = "\(scene.sandbox.path)/.aws/*/cache"
        _ = try ChildProcess(["sh", "-c", "chmod 644 \(folders)/*.json"]).end()
        #expect(try scene.run("status").error.contains("others can reach it"))
        let out = try scene.run("logout", "--all")
        #expect(out.status == 1)
        let left = out.error.components(of: "perhaps not signed out: ")
        #expect(left >= 2 && out.error.contains("chmod 600 it"), "\(out.error)")
        _ = try ChildProcess(["sh", "-c", "chmod 600 \(folders)/*.json"]).end()
        #expect(try scene.run("logout", "--all").error == "signed out of \(startURL)\n")
      }
    }

    @Test func `do what they can beside a section that cannot be used, and name it`() async throws {
      try await onThread {
        let scene = try Scene()
        _ = try scene.run("login", "--sso-session", "my-sso")
        let config = scene.sandbox.read("config") ?? ""
        let old = "[sso-session old]\nsso_start_url = https://o.example\nsso_region = eu_west_1\n"
        try scene.sandbox.write("config", config + old)
        let problem = "[sso-session old]: the region \"eu_west_1\" is no valid host label\n"
        let status = try scene.run("status")
        #expect(status.output.hasPrefix("my-sso  "), "\(status.output)")
        #expect(status.error == problem)
        #expect(status.status == 3)
        #expect(try scene.run("status", "--sso-session", "my-sso").status == 0)
        let out = try scene.run("logout", "--all")
        #expect(out.error.hasPrefix("signed out of "), "\(out.error)")
        #expect(out.error.hasSuffix("\n" + problem), "\(out.error)")
        #expect(out.status == 3)
      }
    }

    @Test func `show and forget credentials of roles that no profile names`() async throws {
      try await onThread {
        let scene = try Scene()
        let words = ["--account-id", "444455556666", "--role-name", "PowerUserAccess"]
        let command = ["\(Place.programs)/ssoscript", "credentials", "--sso-session", "my-sso"]
        _ = try ChildProcess(scene.sandbox.settings(command + words, scene.environment)).end()
        #expect(try scene.run("status").output.contains("444455556666 PowerUserAccess"))
        _ = try scene.run("logout")
        #expect(try !scene.run("status").output.contains("PowerUserAccess"))
      }
    }

    @Test func `make profiles for everything one can reach, and replace them later`() async throws {
      try await onThread {
        let scene = try Scene()
        try scene.sandbox.write(
          "names.lua", "return function(account, role) return account.accountId .. '-' .. role end")
        let words = ["credentials", "--all", "--template", "\(scene.sandbox.path)/names.lua"]
        let command = ["\(Place.programs)/ssoscript"] + words
        let shown = try ChildProcess(scene.sandbox.settings(command, scene.environment)).end()
        #expect(shown.output.contains("[profile 111122223333-ReadOnlyAccess]"), "\(shown.error)")
        for _ in 1...2 {
          let end = try ChildProcess(
            scene.sandbox.settings(command + ["--write"], scene.environment)
          ).end()
          #expect(end.status == 0, "\(end.error)")
        }
        let config = scene.sandbox.read("config") ?? ""
        #expect(config.contains("[profile dev]"))
        #expect(config.components(of: "[profile 111122223333-ReadOnlyAccess]") == 1)
        let keys = try scene.run("credentials", "--profile", "111122223333-ReadOnlyAccess")
        #expect(keys.status == 0, "\(keys.error)")
      }
    }

    @Test(arguments: ["names.lua", "./names.lua", "folder/names.lua"])
    func `make profiles by a template that is a link`(path: String) async throws {
      try await onThread {
        let scene = try Scene()
        try scene.sandbox.write(
          "names-1.lua", "return function(account, role) return account.accountId .. role end")
        let files = FileManager.default
        let place = scene.sandbox.path
        try files.createSymbolicLink(
          atPath: "\(place)/folder", withDestinationPath: ".")
        try files.createSymbolicLink(
          atPath: "\(place)/names.lua", withDestinationPath: "names-1.lua")
        let end = try scene.run("credentials", "--all", "--template", path)
        #expect(end.output.contains("[profile 111122223333ReadOnlyAccess]"), "\(end.error)")
      }
    }

    @Test func `make profiles by a template that is a link into another folder`() async throws {
      try await onThread {
        let scene = try Scene()
        let files = FileManager.default
        for folder in ["real", "names"] {
          try files.createDirectory(
            atPath: "\(scene.sandbox.path)/\(folder)", withIntermediateDirectories: false)
        }
        try scene.sandbox.write(
          "real/t.lua", "return function(account, role) return account.accountId .. role end")
        try files.createSymbolicLink(
          atPath: "\(scene.sandbox.path)/names/mine.lua", withDestinationPath: "../real/t.lua")
        let end = try scene.run("credentials", "--all", "--template", "names/mine.lua")
        #expect(end.output.contains("[profile 111122223333ReadOnlyAccess]"), "\(end.error)")
      }
    }

    @Test func `make profiles in a config file whose name has a comma`() async throws {
      try await onThread {
        let scene = try Scene()
        try scene.sandbox.write("a,b", scene.sandbox.read("config") ?? "")
        let words = ["\(Place.programs)/ssoscript", "credentials", "--all", "--write"]
        let environment = scene.environment.merging(
          ["AWS_CONFIG_FILE": "\(scene.sandbox.path)/a,b"]) { $1 }
        let end = try ChildProcess(scene.sandbox.settings(words, environment)).end()
        #expect(end.status == 0, "\(end.error)")
        #expect(scene.sandbox.read("a,b")?.contains("-ReadOnlyAccess]") == true)
      }
    }

    @Test func `make no profiles in what is no regular file`() async throws {
      try await onThread {
        let scene = try Scene()
        let command = [
          "sh", "-c",
          "mkfifo fifo; cat config > fifo & ssoscript credentials --all --write --profile dev",
        ]
        let environment = scene.environment.merging(
          ["AWS_CONFIG_FILE": "\(scene.sandbox.path)/fifo"]) { $1 }
        let end = try ChildProcess(scene.sandbox.settings(command, environment)).end()
        #expect(end.status == 3)
        #expect(end.error.contains("/fifo is no regular file; nothing is written"), "\(end.error)")
        #expect(try ChildProcess(["test", "-p", "\(scene.sandbox.path)/fifo"]).end().status == 0)
      }
    }

    @Test func `make profiles where a link leads to the file`() async throws {
      try await onThread {
        let scene = try Scene()
        let command = [
          "sh", "-c",
          "ln -s config link; ssoscript credentials --all --write --profile dev && test -L link",
        ]
        let environment = scene.environment.merging(
          ["AWS_CONFIG_FILE": "\(scene.sandbox.path)/link"]) { $1 }
        let end = try ChildProcess(scene.sandbox.settings(command, environment)).end()
        #expect(end.status == 0, "\(end.error)")
        #expect(scene.sandbox.read("config")?.contains("# ssoscript, profiles of my-sso") == true)
      }
    }

    @Test func `make no profiles for accounts and roles that a policy forbids, and say how many`()
      async throws
    {
      try await onThread {
        let scene = try Scene()
        let all = try scene.run("credentials", "--all")
        try scene.sandbox.write(
          "policy.lua",
          "return { allow = { roles = { 'ReadOnly*' }, accounts = { '111122223333' } } }")
        let end = try scene.run("credentials", "--all", "--policy", "policy.lua")
        #expect(all.output.contains("AdministratorAccess"))
        #expect(end.status == 0 && !end.output.contains("AdministratorAccess"), "\(end.output)")
        #expect(end.output.ranges(of: "sso_role_name = ReadOnlyAccess").count == 1)
        #expect(end.error.contains("of 3 accounts (the account "), "\(end.error)")
        #expect(
          end.error.contains("left out: 1 of 2 roles (the role AdministratorAccess"), "\(end.error)"
        )
        try scene.sandbox.write("policy.lua", "return { allow = { roles = {} } }")
        let none = try scene.run("credentials", "--all", "--policy", "policy.lua")
        #expect(none.status == 0 && !none.output.contains("sso_role_name"), "\(none.output)")
      }
    }

    @Test func `make profiles for many sessions at once, and lose none`() async throws {
      try await onThread {
        let scene = try Scene()
        let startURL = scene.service.values["startUrl"] ?? ""
        let numbers = 1...6
        let sections = numbers.map {
          "[sso-session s\($0)]\nsso_start_url = \(startURL)\nsso_region = us-east-1\n"
        }
        try scene.sandbox.write("config", sections.joined())
        for number in numbers {
          try scene.sandbox.write(
            "names\(number).lua",
            "return function(account, role) return account.accountId .. role .. \(number) end")
        }
        let processes = try numbers.map { number in
          let words = [
            "\(Place.programs)/ssoscript", "credentials", "--all", "--write",
            "--sso-session", "s\(number)",
            "--template", "\(scene.sandbox.path)/names\(number).lua",
          ]
          return try ChildProcess(scene.sandbox.settings(words, scene.environment))
        }
        for process in processes {
          let end = try process.end()
          #expect(end.status == 0, "\(end.error)")
        }
        let config = scene.sandbox.read("config") ?? ""
        for number in numbers {
          #expect(config.components(of: "[profile 111122223333ReadOnlyAccess\(number)]") == 1)
        }
      }
    }

    @Test func `say how the name of a template ends`() async throws {
      try await onThread {
        let scene = try Scene()
        try scene.sandbox.write("names.txt", "return function() end")
        let end = try scene.run("credentials", "--all", "--template", "names.txt")
        #expect(end.status == 2)
        #expect(end.error.contains("--template: the name of names.txt must end in .lua"))
      }
    }

    @Test(arguments: ["a.b.lua", "my-names.lua", "./a.b", "é.lua"])
    func `say what the name of a template may have`(path: String) async throws {
      try await onThread {
        let scene = try Scene()
        try FileManager.default.createDirectory(
          atPath: "\(scene.sandbox.path)/a", withIntermediateDirectories: false)
        try scene.sandbox.write("a/b.lua", "return function() return 'another' end")
        if path.hasSuffix(".lua") { try scene.sandbox.write(path, "return function() end") }
        let end = try scene.run("credentials", "--all", "--template", path)
        #expect(end.status == 2 && end.output.isEmpty)
        #expect(
          end.error.contains("the name of \(path) may have letters, digits and _ only"),
          "\(end.error)")
      }
    }

    @Test func `make profiles by a template that gives one table for all roles`() async throws {
      try await onThread {
        let scene = try Scene()
        try scene.sandbox.write(
          "names.lua",
          """
          local profile = { region = "eu-west-1" }
          return function(account, role)
            assert(not profile.accountId)
            profile.name = account.accountId .. role
            return profile
          end
          """)
        let end = try scene.run("credentials", "--all", "--template", "names.lua")
        #expect(end.status == 0, "\(end.error)")
        for role in ["ReadOnlyAccess", "AdministratorAccess"] {
          #expect(end.output.contains("[profile 111122223333\(role)]"), "\(end.output)")
        }
      }
    }

    @Test(arguments: [
      ("hash123", "must end in .lua"), ("my.names.lua", "may have letters, digits and _ only"),
    ])
    func `say what is wrong with the name that a template is a link to`(
      target: String, problem: String
    ) async throws {
      try await onThread {
        let scene = try Scene()
        let place = scene.sandbox.path
        let files = FileManager.default
        for folder in ["kept", "names"] {
          try files.createDirectory(
            atPath: "\(place)/\(folder)", withIntermediateDirectories: false)
        }
        try scene.sandbox.write("kept/\(target)", "return function() end")
        try files.createSymbolicLink(
          atPath: "\(place)/names/mine.lua", withDestinationPath: "../kept/\(target)")
        let end = try scene.run("credentials", "--all", "--template", "names/mine.lua")
        #expect(end.status == 2)
        #expect(end.error.contains("names/mine.lua is a link to "), "\(end.error)")
        #expect(end.error.contains("/kept/\(target), whose name \(problem)"), "\(end.error)")
      }
    }

    @Test(arguments: ["names.lua", "names/init.lua"])
    func `make profiles by a template beside a folder of its name, or in it`(file: String)
      async throws
    {
      try await onThread {
        let scene = try Scene()
        try FileManager.default.createDirectory(
          atPath: "\(scene.sandbox.path)/names", withIntermediateDirectories: false)
        try scene.sandbox.write(
          file, "return function(account, role) return account.accountId .. role end")
        let end = try scene.run("credentials", "--all", "--template", "names")
        #expect(end.output.contains("[profile 111122223333ReadOnlyAccess]"), "\(end.error)")
      }
    }

    @Test func `make profiles by a template also when the script is run by itself`() async throws {
      try await onThread {
        let scene = try Scene()
        try scene.sandbox.write(
          "names.lua", "return function(account, role) return account.accountId .. role end")
        try scene.sandbox.write(
          "credentials.lua", try scene.run("credentials", "--print-script").output)
        let end = try scene.run("run", "-A", "credentials.lua", "--all", "--template", "names.lua")
        #expect(end.output.contains("[profile 111122223333ReadOnlyAccess]"), "\(end.error)")
      }
    }

    @Test(arguments: [
      ("return 5", "--template: the module gives a number, not a function"),
      (
        "return function() return 5 end",
        "--template: the function gives a number, not a name, a table or nil"
      ),
      (
        "return function() return {} end",
        "--template: the function gives no name for AdministratorAccess in account 111122223333"
      ),
      (
        "return function() return { name = 'x', region = 5 } end",
        "--template: the function gives region for AdministratorAccess in account 111122223333, "
          + "which is a number"
      ),
      (
        "return function() return '\\xff' end",
        "--template: the function gives name for AdministratorAccess in account 111122223333, "
          + "which is no UTF-8"
      ),
      (
        "return function() return { name = 'a', 'x' } end",
        "--template: the function gives a member 1 for AdministratorAccess in account "
          + "111122223333, whose name is a number"
      ),
    ])
    func `tell what is wrong with a template`(template: String, message: String) async throws {
      try await onThread {
        let scene = try Scene()
        try scene.sandbox.write("names.lua", template)
        let end = try scene.run(
          "credentials", "--all", "--template", "\(scene.sandbox.path)/names.lua")
        #expect(end.status == 1)
        #expect(end.error.contains(message), "\(end.error)")
      }
    }

    @Test func `make profiles for a start URL without a session`() async throws {
      try await onThread {
        let scene = try Scene()
        let startURL = scene.service.values["startUrl"] ?? ""
        let end = try scene.run(
          "credentials", "--all", "--start-url", startURL, "--sso-region", "us-east-1")
        #expect(end.status == 0, "\(end.error)")
        #expect(
          end.output.contains("\nsso_start_url = \(startURL)\nsso_region = us-east-1\n"),
          "\(end.output)")
        #expect(!end.output.contains("sso_session"))
      }
    }

    @Test(arguments: [
      (["login", "--profile", "nobody"], Int32(3), "there is no profile \"nobody\""),
      (["credentials", "--sso-session", "my-sso"], 3, "--account-id and --role-name"),
      (["login", "--profile", "dev", "--sso-session", "my-sso"], 2, "Name one of"),
      (["credentials", "--write"], 2, "go with --all"),
      (["credentials", "--all", "--format", "json"], 2, "go with one role"),
      (["credentials", "--all", "--account-id", "1"], 2, "go with one role"),
      (["credentials", "--all", "--role-name", "r"], 2, "go with one role"),
      (["logout", "--all", "--sso-session", "my-sso"], 2, "name none beside it"),
      (["login", "--redirect-port", "0"], 2, "from 1 to 65535"),
      (["login", "--paste", "--flow", "device"], 2, "goes with --flow pkce"),
    ])
    func `name what is wrong, and what to do`(
      words: [String], status: Int32, part: String
    ) async throws {
      try await onThread {
        let scene = try Scene()
        let command = ["\(Place.programs)/ssoscript"] + words
        let end = try ChildProcess(scene.sandbox.settings(command, scene.environment)).end()
        #expect(end.status == status, "\(end.error)")
        #expect(end.error.contains(part), "\(end.error)")
      }
    }

    @Test func `do without the environment's profile where something else is named`() async throws {
      try await onThread {
        let scene = try Scene()
        let startURL = scene.service.values["startUrl"] ?? ""
        var environment = scene.environment
        environment["AWS_PROFILE"] = "work"
        for words in [
          ["login", "--sso-session", "my-sso"], ["status", "--sso-session", "my-sso"],
          ["credentials", "--profile", "dev"], ["logout", "--all"],
          ["login", "--start-url", startURL, "--sso-region", "us-east-1"],
        ] {
          let command = ["\(Place.programs)/ssoscript"] + words
          let end = try ChildProcess(scene.sandbox.settings(command, environment)).end()
          #expect(end.status == 0, "\(words): \(end.error)")
        }
        let command = ["\(Place.programs)/ssoscript", "login"]
        let end = try ChildProcess(scene.sandbox.settings(command, environment)).end()
        #expect(end.status == 3)
        let words = "there is no profile \"work\" in \(scene.sandbox.path)/config"
        #expect(end.error.contains(words), "\(end.error)")
      }
    }

    @Test(arguments: ["us_east", "us-east-1 "])
    func `do without a region of the environment, whatever it is: that of a sign-in is its own`(
      region: String
    ) async throws {
      try await onThread {
        let scene = try Scene()
        var environment = scene.environment
        environment["AWS_REGION"] = region
        for words in [["login"], ["credentials", "--profile", "dev"], ["logout"]] {
          let command = ["\(Place.programs)/ssoscript"] + words
          let end = try ChildProcess(scene.sandbox.settings(command, environment)).end()
          #expect(end.status == 0, "\(words): \(end.error)")
        }
      }
    }

    @Test(arguments: [
      (["-u", "HOME"], "HOME names no folder, so no config file was read"),
      (["HOME="], "HOME names no folder, so no config file was read"),
      (["AWS_CONFIG_FILE=/nowhere/config"], "/nowhere/config was not found"),
    ])
    func `say why no config file was read`(surroundings: [String], words: String) async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let program = "\(Place.programs)/ssoscript"
        let command = ["env"] + surroundings + [program, "credentials", "--profile", "dev"]
        let end = try ChildProcess(sandbox.settings(command, [:])).end()
        #expect(end.status == 3)
        #expect(end.error.contains("there is no profile \"dev\": \(words)"), "\(end.error)")
      }
    }

    @Test func `tell what helps when a template takes too much memory`() async throws {
      try await onThread {
        let scene = try Scene()
        try scene.sandbox.write(
          "names.lua", "local t = {} return function() while true do t[#t + 1] = {} end end")
        let end = try scene.run(
          "credentials", "--all", "--template", "\(scene.sandbox.path)/names.lua")
        #expect(end.status == 7)
        #expect(
          end.error.contains("credentials --print-script, and run it with --memory-limit"),
          "\(end.error)")
      }
    }

    @Test(arguments: [
      ("", "Is a directory"), ("config", "larger than 16777216 bytes"),
    ])
    func `do not take a config file that they cannot read for an empty one`(
      name: String, cause: String
    ) async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write("config", String(repeating: "# \n", count: 6_000_000))
        let path = "\(sandbox.path)/\(name)"
        let end = try sandbox.run("status", environment: ["AWS_CONFIG_FILE": path])
        #expect(end.status == 3)
        #expect(end.error == "ssoscript: \(path): \(cause)\n")
      }
    }

    @Test func `find the config file below the home that its variable names`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        try sandbox.write("config", "[sso-session s]\n")
        let end = try sandbox.run(
          "login", "--sso-session", "s", environment: ["AWS_CONFIG_FILE": "~/config"])
        #expect(end.status == 3)
        #expect(end.error.contains("[sso-session s] has no sso_start_url"), "\(end.error)")
        let none = try sandbox.run(
          "login", "--sso-session", "s", environment: ["AWS_CONFIG_FILE": "~/config/none"])
        #expect(none.error.contains("there is no [sso-session s]"), "\(none.error)")
      }
    }

    @Test func `say of a config file in another encoding how it has to be saved`() async throws {
      try await onThread {
        let sandbox = try Sandbox()
        let path = "\(sandbox.path)/config"
        // As PowerShell's `>` writes it.
        let write = #"printf '\377\376[\000d\000]\000' > "# + path
        _ = try ChildProcess(["sh", "-c", write]).end()
        let end = try sandbox.run("status", environment: ["AWS_CONFIG_FILE": path])
        #expect(end.status == 3)
        #expect(end.error == "ssoscript: \(path): not UTF-8; save it in that encoding\n")
      }
    }

    @Test(arguments: ["login", "logout", "status", "credentials"])
    func `run the script that they print`(name: String) async throws {
      try await onThread {
        let scene = try Scene()
        _ = try scene.run("login")
        let script = try scene.run(name, "--print-script").output
        try scene.sandbox.write("copy.lua", script)
        let stray = try scene.run("run", "\(scene.sandbox.path)/copy.lua", "x\u{1B}")
        #expect(
          stray.status == 2 && stray.error == "ssoscript run: unexpected argument \"x\\u{1b}\"\n")
        #expect(try scene.run("status").status == 0, "nobody was signed out")
        let end = try scene.run("run", "\(scene.sandbox.path)/copy.lua", "--profile", "dev")
        #expect(end.status == 0, "\(end.error)")
      }
    }

    @Test(arguments: [
      ("login", "--redirect-port 0", "--redirect-port must be from 1 to 65535"),
      ("login", "--paste --flow device", "--paste goes with --flow pkce"),
      (
        "logout", "--all --sso-session my-sso", "--all ends every session; name none beside it"
      ), ("credentials", "--write", "--template and --write go with --all"),
      ("credentials", "--template x", "--template and --write go with --all"),
      (
        "credentials", "--all --format env",
        "--account-id, --role-name and --format go with one role, not --all"
      ),
      (
        "credentials", "--all --force",
        "--all asks anew in any case; --force goes with one role"
      ),
    ])
    func `refuse the same as the script that they print`(
      name: String, options: String, words: String
    ) async throws {
      try await onThread {
        let scene = try Scene()
        try Self.refuse(name, options, words, in: scene)
      }
    }

    @Test(arguments: ["login", "logout", "status", "credentials"])
    func `and the script that they print take one target`(name: String) async throws {
      try await onThread {
        let scene = try Scene()
        let one = "name one of --profile, --sso-session and --start-url"
        try Self.refuse(name, "--profile dev --sso-session my-sso", one, in: scene)
        let url = "--start-url https://example.com/start"
        try Self.refuse(name, "\(url) --sso-region us-east-1 --profile dev", one, in: scene)
        let together = "--start-url and --sso-region go together"
        try Self.refuse(name, url, together, in: scene)
        try Self.refuse(name, "--sso-region us-east-1", together, in: scene)
      }
    }

    private static func refuse(
      _ name: String, _ options: String, _ words: String, in scene: Scene
    ) throws {
      let program = "\(Place.programs)/ssoscript"
      try scene.sandbox.write("copy.lua", try scene.run(name, "--print-script").output)
      for command in [[program, name], [program, "run", "\(scene.sandbox.path)/copy.lua"]] {
        let typed = command + options.split(separator: " ").map(String.init)
        let end = try ChildProcess(scene.sandbox.settings(typed, scene.environment)).end()
        #expect(end.status == 2, "\(typed)")
        #expect(end.error.lowercased().contains(words.lowercased()), "\(typed): \(end.error)")
        let alone = [words, "ssoscript run: \(words)"].map { "\($0)\n" }
        #expect(command.count == 2 || alone.contains(end.error))
      }
    }
  }

  extension JSON {
    fileprivate subscript(_ name: String) -> JSON? { asObject?[name] }
  }

  extension String {
    /// How often `part` stands in it.
    fileprivate func components(of part: String) -> Int {
      split(separator: part, omittingEmptySubsequences: false).count - 1
    }
  }
#endif
