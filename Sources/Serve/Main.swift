//  Main.swift - the program ssoscript-serve, which `ssoscript serve` starts with its arguments.
//
//  Knows: exit codes (0 done, 1 data unwritten, 2 usage, 3 configuration, 141 nobody reads), and
//  which words go to which stream.

internal import ArgumentParser
internal import EventLoop
internal import Platform
internal import SSOScript

@main
enum Main {
  static func main() async {
    occupyClosedStreams()
    // Whoever has read the first line may have gone; the server stays.
    signal(SIGPIPE, SIG_IGN)
    // A file that may not grow is a full disk, which is answered and not died of.
    signal(SIGXFSZ, SIG_IGN)
    do {
      if let complaint = EmptyOption.complaint(CommandLine.arguments.dropFirst()) {
        throw ValidationError(complaint)
      }
      let command = try ServeCommand.parse()
      try command.checkWhole()
      try await command.run()
      await ErrorLines.shared.finish()
    } catch {
      await end(with: error)
    }
  }

  /// Help and version are no failure; wrong use is 2 here, not the library's 64.
  private static func end(with error: any Error) async -> Never {
    if let failure = error as? ServeFailure {
      let words = PrintableText.lines(failure.description, limit: .max)
      ErrorLines.shared.write("ssoscript serve: \(words)\n")
      await ErrorLines.shared.finish()
      exit(failure.status)
    }
    if let code = error as? ExitCode { exit(code.rawValue) }
    let message = ServeCommand.fullMessage(for: error) + "\n"
    guard ServeCommand.exitCode(for: error) == .success else {
      Output.error.write(PrintableText.lines(message, limit: .max))
      exit(2)
    }
    do {
      try Output.giveData(message)
    } catch {
      await end(with: error)
    }
    exit(0)
  }
}

/// A server that could not start or go on, in words for a person.
struct ServeFailure: Error {
  let description: String
  var status: Int32 = 3
}

/// The two streams of the program, without buffers.
enum Output: Int32 {
  /// Standard output: for programs.
  case data = 1
  /// Standard error: for people.
  case error = 2

  /// Writes data.
  ///
  /// - Throws: ``dataFailure``.
  static func giveData(_ text: String) throws {
    guard data.write(text) else { throw dataFailure }
  }

  /// How the process ends, data being unwritten since a moment ago: without a word where nobody reads
  /// it any more, as SIGPIPE would end it.
  static var dataFailure: any Error {
    guard errno != EPIPE else { return ExitCode(141) }
    return ServeFailure(
      description: "standard output: \(systemWords(for: errno))", status: 1)
  }

  /// Writes all of `text`, waiting where the reader is slow.
  ///
  /// - Returns: Whether the other end took it all; if not, `errno` says why.
  @discardableResult
  func write(_ text: String) -> Bool {
    writeAll(Array(text.utf8), to: rawValue)
  }
}

/// Raises the limit of open files as far as this process may, and gives it: each connection is one.
///
/// - Throws: `ExitCode` where it is below `fewest`, after saying so: event loops trap without files.
func openFileLimit(atLeast fewest: Int) throws -> Int {
  var limit = rlimit()
  guard unsafe getrlimit(openFiles, &limit) == 0 else { return 1024 }
  limit.rlim_cur = min(limit.rlim_max, 65_536)
  guard unsafe setrlimit(openFiles, &limit) == 0 else { return 1024 }
  guard limit.rlim_cur >= fewest else {
    // Not by way of ``ErrorLines``, whose wait takes files itself.
    Output.error.write(
      "ssoscript serve: too few open files are allowed (ulimit -n): \(limit.rlim_cur), "
        + "and \(fewest) are needed\n")
    throw ExitCode(3)
  }
  return Int(limit.rlim_cur)
}

#if canImport(Glibc)
  private let openFiles = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
#else
  private let openFiles = RLIMIT_NOFILE
#endif
