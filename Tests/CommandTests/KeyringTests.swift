//  KeyringTests.swift - sso.cache.secret_service against a real keyring, where there is one to be had.

import EventLoop
import TestSupport
import Testing

@Suite struct `The desktop's keyring` {
  static var isThere: Bool {
    ["bash", "dbus-run-session", "gnome-keyring-daemon", "secret-tool"].allSatisfy { program in
      guard let process = try? ChildProcess(["sh", "-c", "command -v \(program) > /dev/null"])
      else { return false }
      return (try? process.end().status) == 0
    }
  }

  @Test(.enabled(if: isThere, "needs bash, dbus-run-session, gnome-keyring-daemon and secret-tool"))
  func `keeps bytes of any kind and length`() async throws {
    let end = try await onThread {
      let sandbox = try Sandbox()
      let flow = try sandbox.write(
        "flow.lua",
        """
        local sso = require "sso"
        local store, item = sso.cache.secret_service(), { layer = "token" }
        local value = ('{"accessToken":"\\0\\255"}'):rep(2000)
        print(store:get("a.json", item))
        store:put("a.json", value, item)
        print(store:get("a.json", item) == value, store:get("a.json", { layer = "credentials" }))
        store:delete("a.json", item)
        print(store:get("a.json", item))
        """)
      let session = """
        printf secret | gnome-keyring-daemon --unlock --components=secrets --daemonize > daemon
        exec \(Place.programs)/ssoscript run -A \(flow)
        """
      // Sockets of other tests are not for a daemon: their ends would not be seen before its own.
      let closing = """
        for fd in /proc/$$/fd/*; do n=${fd##*/}; [ "$n" -le 2 ] || eval "exec $n>&-"; done
        exec dbus-run-session -- sh -c "$1"
        """
      let settings = sandbox.settings(
        ["bash", "-c", closing, "bash", session],
        ["XDG_RUNTIME_DIR": sandbox.path, "XDG_DATA_HOME": sandbox.path])
      return try ChildProcess(settings).end()
    }
    #expect(end.output == "nil\ntrue\tnil\nnil\n", "\(end.error)")
  }
}
