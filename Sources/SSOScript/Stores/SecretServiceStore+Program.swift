//  SecretServiceStore+Program.swift - how secret-tool is run, and what its end means.
//
//  Knows: that its status 1 means two things, and that what it writes to standard error tells which.

import SSOOIDC

extension SecretServiceStore {
  static let program = "secret-tool"
  /// A person may have to unlock the keyring.
  private static let patience = Duration.seconds(120)

  func run(
    _ arguments: [String], _ input: [UInt8]
  ) async throws(CacheFolderError) -> ProgramEnd {
    do throws(DoorError) {
      let race = ProgramRace(
        programs: programs, clock: clock, executor: executor, capturesError: true)
      guard let end = try await race.run([Self.program] + arguments, input, within: Self.patience)
      else { throw DoorError("\(Self.program) did not answer") }
      return end
    } catch {
      if Task.isCancelled { throw CacheFolderError(.cancelled, "cancelled") }
      let hint = error.cause == .noEntry ? " (Debian: libsecret-tools)" : ""
      throw CacheFolderError(.unwritable, error.message + hint)
    }
  }

  /// Its status is the same for what is not there and for what went wrong; of that it tells the person.
  static func isAbsence(_ end: ProgramEnd) -> Bool {
    end.exitStatus == 1 && complaint(of: end) == nil
  }

  /// With the same words for each command: a keyring that is locked is told of once.
  static func failed(_ command: String, _ end: ProgramEnd) -> CacheFolderError {
    let words = complaint(of: end)
    if end.exitStatus == 1, let words {
      return CacheFolderError(.unreachable, "the keyring cannot be used: \(words)")
    }
    let ending = words.map { ": \($0)" } ?? ""
    return CacheFolderError(
      .unwritable, "\(program) \(command) ended with \(end.words)\(ending)")
  }

  /// The first line with which a program says what went wrong; what GLib logs, `(secret-tool:1): GLib-WARNING **: …`,
  /// says nothing of that.
  private static func complaint(of end: ProgramEnd) -> String? {
    let lines = String(decoding: end.error, as: UTF8.self).split(whereSeparator: \.isNewline)
      .map { $0.drop(while: \.isWhitespace) }.filter { !$0.isEmpty && !$0.contains(" **: ") }
    let name = "\(program): "
    guard let line = lines.first(where: { $0.hasPrefix(name) }) ?? lines.first else { return nil }
    return PrintableText.escaped(
      String(line.hasPrefix(name) ? line.dropFirst(name.count) : line), limit: 200)
  }
}
