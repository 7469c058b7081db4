//  Mishap+Table.swift - those faults of the catalogue, by id.

extension Mishap {
  /// All of them.
  static let all: [Mishap] =
    requests + variables + clocks + dates + files + folders + programs + doors

  private static let requests: [Mishap] = [
    Self(
      "N04", "refused_meanwhile", "Refused for 30 s in mid-poll.", .requests(.refused(.seconds(30)))
    ),
    Self(
      "T07", "tls_new_ca", "Nobody knows who signs from mid-login on.", .requests(.unknownAuthority)
    ),
    Self("K05", "ended_token", "The token has ended on arrival.", .requests(.endedToken)),
  ]

  // MARK: Machines

  private static let variables: [Mishap] = [
    Self(
      "N16", "bad_proxy", "The proxy's variable is no proxy.",
      .machine(.variables(["HTTPS_PROXY": "http://:bad"]))),
    Self(
      "N16b", "proxy_but_loopback", "All but this machine is behind a proxy.",
      .machine(
        .variables([
          "HTTP_PROXY": "http://proxy.example:3128", "HTTPS_PROXY": "http://proxy.example:3128",
          "ALL_PROXY": "http://proxy.example:3128", "NO_PROXY": "localhost,127.0.0.1,::1",
        ]))),
    Self(
      "T06", "no_ca_file", "The CA file is missing.",
      .machine(.variables(["AWS_CA_BUNDLE": "/home/me/missing-ca.pem"]))),
    Self(
      "T06b", "empty_ca_file", "The CA file is empty.",
      .machine(
        .variables(
          ["AWS_CA_BUNDLE": "/home/me/empty-ca.pem"], files: ["/home/me/empty-ca.pem": ""]))),
  ]

  private static let clocks: [Mishap] = [
    Self(
      "K01", "clock_forward", "The calendar jumps forward by 2 h.", .machine(.jump(.seconds(7200))),
      moment: ofMoment),
    Self(
      "K02", "clock_back", "The calendar jumps back by 2 h.", .machine(.jump(.seconds(-7200))),
      moment: ofMoment),
    Self(
      "K03", "sleep", "The machine sleeps for 3 h.", .machine(.sleep(.seconds(10_800))),
      moment: ofMoment),
    Self("K04", "clock_fast", "The calendar is 10 min fast.", .machine(.jump(.seconds(600)))),
    Self("K04b", "clock_slow", "The calendar is 10 min slow.", .machine(.jump(.seconds(-600)))),
  ]

  private static let dates: [Mishap] = [
    ofFile("K06", "date_offset", "Cached dates end in +00:00.", .dates(.offset)),
    ofFile("K06b", "date_fraction", "Cached dates have a fraction.", .dates(.fraction)),
    ofFile("K06c", "date_zone_name", "Cached dates end in UTC.", .dates(.zoneName)),
    ofFile("K06d", "date_leap_second", "Cached dates have a leap second.", .dates(.leapSecond)),
    ofFile("K06e", "date_year_10000", "Cached dates are in the year 10000.", .dates(.year10000)),
  ]

  private static let files: [Mishap] = [
    ofFile("F01", "file_empty", "A cached file is empty.", .holds([])),
    ofFile("F01b", "file_truncated", "A cached file is truncated.", .halved),
    ofFile("F01c", "file_garbage", "A cached file is garbage.", .holds([1, 2, 3])),
    ofFile("F01d", "file_wrong_type", "A cached file holds a list.", .holds(Array("[]".utf8))),
    ofFile("F02", "file_old_tail", "A cached file ends in the rest of an older one.", .oldTail),
    ofFile("F12", "file_link", "A cached file is a link.", .link),
    ofFile("F12b", "file_folder", "A cached file is a folder.", .folder),
    ofFile("F12c", "file_pipe", "A cached file is a FIFO.", .pipe),
    ofFile("F13", "file_readable", "Others can read a cached file.", .mode(0o644)),
    ofFile("F13b", "file_foreign", "A cached file is somebody else's.", .foreign),
  ]

  private static let folders: [Mishap] = [
    Self(
      "F07", "power_loss", "The power is cut.", .machine(.powerLoss), moment: ofMoment),
    Self(
      "F11", "cache_link", "The cache folder is a link to another of the user's.",
      .machine(.folder(mode: 0o700, isForeign: false))),
    Self(
      "F11b", "cache_link_writable", "The cache folder is a link to one that others can write to.",
      .machine(.folder(mode: 0o777, isForeign: false))),
    Self(
      "F11c", "cache_link_foreign", "The cache folder is a link to somebody else's.",
      .machine(.folder(mode: 0o755, isForeign: true))),
    Self(
      "F15", "file_swapped", "A cached file is swapped between look and change.", .machine(.swap)),
  ]

  // MARK: Programs

  private static let programs: [Mishap] = [
    Self(
      "F03", "twin", "The same script is started a second time at once.", .program(.twin),
      moment: ofOneProgram),
    Self(
      "F04", "lock_holder_killed", "The program is killed while it holds a lock.",
      .program(.killedWithLock), moment: ofOneProgram),
    Self(
      "F06", "killed_in_change", "The program is killed within a change of the disk.",
      .program(.killedInChange), moment: ofOneProgram),
    Self("F14", "umask_000", "The umask is 000.", .program(.umask)),
    Self(
      "F19", "sigint", "The program gets SIGINT.", .program(.signal(.interrupt)),
      moment: ofOneProgram),
    Self(
      "F19b", "sigterm", "The program gets SIGTERM.", .program(.signal(.terminate)),
      moment: ofOneProgram),
    Self(
      "F19c", "sighup", "The program gets SIGHUP.", .program(.signal(.hangUp)), moment: ofOneProgram
    ),
    Self("F23", "hook_loops", "A policy's function loops.", .program(.hook(.loops))),
    Self("F23b", "hook_hungry", "A policy's function eats memory.", .program(.hook(.hungry))),
    Self("F23c", "hook_fails", "A policy's function fails.", .program(.hook(.fails))),
  ]

  private static let doors: [Mishap] = [
    Self("F18", "stdout_closed", "Nobody reads standard output.", .program(.output(.closed))),
    Self("F18b", "stdout_full", "Standard output is a full pipe.", .program(.output(.full))),
    Self("F21", "browser_fails", "The browser does not start.", .program(.browser(.fails))),
    Self("F21b", "browser_remote", "The browser is behind SSH.", .program(.browser(.isRemote))),
    Self("F21c", "browser_hangs", "The browser hangs.", .program(.browser(.hangs))),
    Self(
      "F22", "callback_wrong_state", "A stranger comes to the port with another state.",
      .program(.callback(.wrongState))),
    Self(
      "F22b", "callback_twice", "The browser comes back twice.", .program(.callback(.twice))),
    Self(
      "F22c", "callback_error", "The browser comes back with an error.", .program(.callback(.error))
    ),
    Self(
      "F22d", "callback_foreign", "A stranger asks the port for something else.",
      .program(.callback(.foreign))),
  ]

  private static let ofMoment = "it happens at a moment"
  private static let ofOneProgram = "it happens to one program"

  private static func ofFile(
    _ id: String, _ kind: String, _ summary: String, _ mishap: FileMishap
  ) -> Mishap {
    Self(
      id, kind, summary, .machine(.file(mishap)), moment: "it happens to a file that is there")
  }
}
