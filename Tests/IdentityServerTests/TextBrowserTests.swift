//  TextBrowserTests.swift - the pages without graphics: by curl, and in w3m.

#if Server
  import Dispatch
  import IdentityService
  import StrictJSON
  import TestSupport
  import Testing

  @testable import IdentityServer

  @Suite struct `Without graphics` {
    @Test(.enabled(if: isInstalled("curl"), "curl is not installed here"))
    func `P04 a login by curl`() async throws {
      try await withServer { server in
        let waiting = try await Waiting(at: server)
        let link = "\(server.announcement.endpoint)/device?user_code=\(waiting.userCode)"

        let end = try await run(["sh", "-ec", Self.walk, link, server.announcement.endpoint])

        #expect(end.status == 0, "\(end.output)")
        #expect(end.output.contains("Approved"))
        #expect(try await waiting.poll() == "token")
      }
    }

    /// As docs/service.md shows it.
    private static let walk = """
      link=$0 endpoint=$1
      jar=$(mktemp)
      trap 'rm -f "$jar"' EXIT
      browse() { curl -sL -b "$jar" -c "$jar" "$@"; }
      field() { sed -n "s/.*name=\\"$1\\" value=\\"\\([^\\"]*\\)\\".*/\\1/p"; }

      page=$(browse "$link")
      page=$(browse "$endpoint/device/person" -d person=alice \
        -d "request=$(echo "$page" | field request)" \
        -d "form_token=$(echo "$page" | field form_token)")
      browse "$endpoint/device/decision" -d decision=approve -d person=alice \
        -d "user_code=$(echo "$page" | field user_code)" \
        -d "form_token=$(echo "$page" | field form_token)"
      """

    @Test(.enabled(if: isInstalled("w3m"), "w3m is not installed here"))
    func `P04 P06 a login in w3m`() async throws {
      try await withServer { options in
        options.service.directory.people = Array(Directory.example.people.prefix(1))
      } _: { server in
        let waiting = try await Waiting(at: server)
        var w3m = try TextBrowser(server)

        let entry = try await w3m.ask("/device", ["-dump_both"])
        w3m.remember(entry)
        let form = "form_token=\(w3m.field("form_token", entry))&user_code=\(waiting.userCode)"
        let seen = try await w3m.ask("/device", ["-dump"], posting: form)
        let source = try await w3m.ask("/device", ["-dump_both"], posting: form)
        // It does not send our header again where it is sent on, and so gets a new session there.
        w3m.remember(source)
        let decision = ["form_token", "user_code", "person"].map {
          "\($0)=\(w3m.field($0, source))"
        }
        let end = try await w3m.ask(
          "/device/decision", ["-dump"],
          posting: decision.joined(separator: "&") + "&decision=approve")

        let order = [
          "Does your terminal show exactly this code?", waiting.userCode, "laptop",
          "not verified", "Alice Example", "Nobody from support", "Deny", "Approve",
          "local test service",
        ]
        let places = order.map { seen.firstRange(of: $0)?.lowerBound }
        #expect(!places.contains(nil), "\(seen)")
        #expect(places.compactMap { $0 } == places.compactMap { $0 }.sorted())
        #expect(end.contains("Approved") && end.contains("Go back to your terminal"))
        #expect(try await waiting.poll() == "token")
      }
    }
  }

  /// w3m, one run per page, with the session's cookie carried from one to the next.
  private struct TextBrowser {
    let endpoint: String
    let folder: TestFolder
    var cookie = ""

    init(_ server: TestServer) throws {
      endpoint = server.announcement.endpoint
      folder = try TestFolder()
    }

    func ask(_ path: String, _ options: [String], posting form: String? = nil) async throws
      -> String
    {
      var command =
        [
          "w3m", "-cols", "80", "-header", "Cookie: \(cookie)",
        ] + options
      if let form { command += ["-post", try folder.write("form", form)] }
      let end = try await run(
        ["env", "HOME=\(folder.path)", "LANG=C.UTF-8"] + command + [endpoint + path])
      return end.output
    }

    /// Keeps the cookie that came with a page.
    mutating func remember(_ page: String) {
      let lines = page.split(whereSeparator: \.isNewline)
      let line = lines.first { $0.lowercased().hasPrefix("set-cookie: ") }
      cookie = String((line ?? "").dropFirst(12).prefix { $0 != ";" })
    }

    /// The value of a hidden field.
    func field(_ name: String, _ page: String) -> String {
      let start = "name=\"\(name)\" value=\""
      guard let range = page.firstRange(of: start) else { return "" }
      return String(page[range.upperBound...].prefix { $0 != "\"" })
    }
  }

  /// Runs a program to its end, on a thread of its own.
  private func run(_ command: [String]) async throws -> ChildEnd {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue(label: "run").async {
        continuation.resume(with: Result { try ChildProcess(command).end() })
      }
    }
  }
#endif
