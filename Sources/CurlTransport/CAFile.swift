//  CAFile.swift - looks at a CA file before a request depends on it.
//
//  Why not leave it to libcurl: it reads the file when it connects, and says little.

internal import EventLoop
internal import Platform
internal import Synchronization

/// Remembers the file that was found good, so that polls do not look at the disk.
final class CAFiles: Sendable {
  private let good = Mutex<String?>(nil)

  /// What is wrong with a CA file, in words; `nil` when it can be read, or could be.
  func problem(with path: String) -> String? {
    guard good.withLock({ $0 != path }) else { return nil }
    let problem = problemWithCAFile(path)
    if problem == nil { good.withLock { $0 = path } }
    return problem
  }
}

/// What is wrong with a CA file, in words; `nil` when it can be read.
func problemWithCAFile(_ path: String) -> String? {
  guard !path.isEmpty else { return "the name is empty" }
  // A FIFO would wait for who writes into it.
  let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard file >= 0 else { return systemWords(for: errno) }
  defer { _ = close(file) }
  var facts = stat()
  guard unsafe fstat(file, &facts) == 0 else { return systemWords(for: errno) }
  guard facts.st_mode & S_IFMT == S_IFREG else { return "not a file" }
  return facts.st_size > 0 ? nil : "the file is empty"
}
