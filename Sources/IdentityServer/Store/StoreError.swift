//  StoreError.swift - why the state could not be read or kept, in words that name the file.

#if Server
  internal import GRDB

  /// A failure of the state file.
  struct StoreError: Error, Equatable, CustomStringConvertible {
    /// What went wrong.
    enum Code: Equatable {
      /// Another process holds the file; worth another try.
      case busy
      /// No room on the disk.
      case full
      /// Not what a state file looks like.
      case damaged
      /// A file of some other program.
      case foreign
      /// Written by a later version.
      case newer
      /// Of a virtual clock that is ahead of this machine's.
      case later
      /// Another server lives on it.
      case inUse
      /// The system refuses the file.
      case inaccessible
    }

    let code: Code
    /// One line: which file, what is wrong, what to do.
    let description: String

    init(_ code: Code, _ file: String, _ detail: String = "") {
      self.code = code
      description = code.description(of: file, detail)
    }

    /// What SQLite says, in our words.
    init(_ error: any Error, file: String) {
      guard let error = error as? DatabaseError else {
        self = error as? Self ?? Self(.inaccessible, file, "\(error)")
        return
      }
      let code: Code =
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy
        case .SQLITE_FULL: .full
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: .damaged
        default: .inaccessible
        }
      // The message names tables at most; values are never part of it.
      self.init(code, file, error.message.map(Self.inOneLine) ?? "\(error.resultCode)")
    }
  }

  extension StoreError {
    /// What SQLite says over several lines, below a headline that names no file.
    static func inOneLine(_ words: String) -> String {
      words.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("***") }
        .joined(separator: "; ")
    }
  }

  extension StoreError.Code {
    fileprivate func description(of file: String, _ detail: String) -> String {
      let because = detail.isEmpty ? "" : " (\(detail))"
      return switch self {
      case .busy: "\(file) is locked by another program\(because); close that, then try again"
      case .full: "there is no room left for \(file)\(because); free some space"
      case .damaged:
        "\(file) is damaged, or is no state file\(because); name another file with --data, or "
          + "start anew with --reset-state, which keeps the old one as \(file).old"
      case .foreign:
        "\(file) is a database of another program; name another file with --data"
      case .newer:
        "\(file) was written by a later version of ssoscript; use that version, or start anew "
          + "with --reset-state, which keeps the old one as \(file).old"
      case .later:
        "\(file) is of a virtual clock that shows \(detail), and time does not go back; go on with "
          + "--clock virtual, or start anew with --reset-state, which keeps the old one as \(file).old"
      case .inUse: "\(file) is in use by another ssoscript serve; stop that, or name another file"
      case .inaccessible: "\(file) cannot be used\(because)"
      }
    }
  }
#endif
