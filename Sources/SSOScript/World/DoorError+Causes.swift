//  DoorError+Causes.swift - the system's numbers for what a door meets. Pure.
//
//  Knows: numbers that are the same on Linux and Darwin, as those of a first Unix are.
//  Does not know: numbers above 34, which each system chose for itself.

extension DoorError {
  /// Why the system refuses something.
  package struct Cause: Sendable, Hashable {
    /// The system's own number.
    package let number: Int32

    /// Names a cause by its number.
    package init(_ number: Int32) { self.number = number }

    /// ENOENT: there is no such file.
    package static let noEntry = Self(2)
    /// ENXIO: nothing is behind it.
    package static let noDevice = Self(6)
    /// EIO: the disk fails.
    package static let inputOutput = Self(5)
    /// EBADF: what is open is not open for this.
    package static let badFile = Self(9)
    /// EACCES: the file's permissions forbid it.
    package static let noAccess = Self(13)
    /// EBUSY: it is in use.
    package static let busy = Self(16)
    /// EEXIST: it is there already.
    package static let exists = Self(17)
    /// ENOTDIR: it, or what it should be in, is no folder.
    package static let notDirectory = Self(20)
    /// EISDIR: it is a folder.
    package static let isDirectory = Self(21)
    /// EINVAL: that makes no sense.
    package static let invalid = Self(22)
    /// ENFILE: all programs together have too many files open.
    package static let tooManyOpenInAll = Self(23)
    /// EMFILE: this program has too many files open.
    package static let tooManyOpen = Self(24)
    /// EFBIG: it is too large.
    package static let tooLarge = Self(27)
    /// ENOSPC: the disk is full.
    package static let noSpace = Self(28)
    /// ESPIPE: it has no position.
    package static let noPosition = Self(29)
    /// EROFS: the disk is read-only.
    package static let readOnly = Self(30)
    /// EPIPE: who read it has gone.
    package static let brokenPipe = Self(32)
  }

  /// An error of the system's.
  package init(_ message: String, _ cause: Cause) { self.init(message, number: cause.number) }

  /// Of a question where nobody could see it.
  package static func noTerminal(_ cause: Cause) -> DoorError {
    DoorError("there is no terminal to ask on", cause)
  }

  /// What the system gave as the reason.
  package var cause: Cause { Cause(number) }

  /// Whether there is no such file: a folder above it may be missing, or be none.
  package var meansAbsence: Bool { cause == .noEntry || cause == .notDirectory }
}
