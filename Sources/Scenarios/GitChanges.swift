//  GitChanges.swift - asks git what has changed: the door of --changed.

internal import LiveWorld
internal import SSOScenario
internal import SSOScript

enum GitChanges {
  private static let outputLimit = 4 << 20

  /// What is not as it was in a commit: in commits since then, in the index, in the folder, and untracked.
  ///
  /// - Throws: ``SessionFailure`` without git, a repository or that commit.
  static func since(_ commit: String) throws(SessionFailure) -> ChangedFiles {
    let root = try root()
    let (status, name) = try git(
      ["-C", root, "rev-parse", "--verify", "--quiet", "--end-of-options", "\(commit)^{commit}"])
    guard status == 0 else {
      throw SessionFailure("--changed: git knows no commit \"\(commit.prefix(80))\"")
    }
    let lists = [
      ["diff", "--name-only", "--no-renames", "--no-ext-diff", "-z", line(name), "--"],
      ["ls-files", "--others", "--exclude-standard", "-z"],
    ]
    var outputs: [[UInt8]] = []
    for list in lists {
      let (status, output) = try git(["-C", root] + list)
      guard status == 0, output.count < outputLimit else {
        throw SessionFailure("--changed: git \(list[0]) failed, or names too many files")
      }
      outputs.append(output)
    }
    return ChangedFiles(below: ThisProcess.canonical(root), outputs)
  }

  private static func root() throws(SessionFailure) -> String {
    let (status, output) = try git(["rev-parse", "--show-toplevel"])
    guard status != 0 else { return line(output) }
    let (_, words) = try git(["rev-parse", "--show-toplevel"], withError: true)
    let why = String(decoding: words.prefix { $0 != 10 }, as: UTF8.self)
    throw SessionFailure("--changed: this folder is in no git repository (\(why))")
  }

  private static func line(_ output: [UInt8]) -> String {
    String(decoding: output.last == 10 ? output.dropLast() : output[...], as: UTF8.self)
  }

  private static func git(
    _ arguments: [String], withError: Bool = false
  ) throws(SessionFailure) -> (Int32, [UInt8]) {
    do throws(DoorError) {
      let end = try ThisProcess.output(of: ["git"] + arguments, withError: withError)
      return (end.exitStatus ?? 128, end.output)
    } catch {
      throw SessionFailure("--changed needs the program git: \(error.message)")
    }
  }
}
