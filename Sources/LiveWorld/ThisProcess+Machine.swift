//  ThisProcess+Machine.swift - what a command knows of its machine.

import CurlTransport
import Platform
public import SSOOIDC
public import SSOScript

extension ThisProcess {
  /// Whether a stream is a terminal.
  public static func isTerminal(_ stream: StandardStream) -> Bool {
    LiveTerminal().isTerminal(stream)
  }

  /// The value of an environment variable.
  public static func variable(_ name: String) -> String? { LiveEnvironment().value(name) }

  /// The time of day.
  public static var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(seconds: Int64(time.tv_sec), nanoseconds: Int32(time.tv_nsec))
  }

  /// Processors that are at work; at least one.
  public static var processorCount: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }

  /// The loaded libcurl with its parts, or nil when there is none; loads it.
  public static var curlVersion: String? { try? CurlTransport.libraryVersion() }

  /// The operating system's name and release, and the processor: `Linux 6.1.0 x86_64`.
  public static var system: String {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return "unknown" }
    return [text(of: name.sysname), text(of: name.release), text(of: name.machine)]
      .joined(separator: " ")
  }

  /// A C array of characters, imported as a tuple.
  private static func text<Characters>(of characters: Characters) -> String {
    unsafe withUnsafeBytes(of: characters) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
  }
}
