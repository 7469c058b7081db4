//  SystemWords.swift - what a simulated machine says of an error: Linux's words, and numbers of its own.

internal import SSOScript

extension DoorError {
  static func system(_ cause: Cause, _ path: String) -> DoorError {
    DoorError("\(path): \(cause.words)", cause)
  }
}

extension DoorError.Cause {
  /// ENAMETOOLONG: a name, or a path, is too long.
  static let nameTooLong = Self(36)
  /// ENOTEMPTY: something is in the folder.
  static let notEmpty = Self(39)
  /// ELOOP: links lead in a circle.
  static let endlessLinks = Self(40)

  var words: String { Self.known[self] ?? "error \(number)" }

  private static let known: [Self: String] = [
    .noEntry: "No such file or directory", .inputOutput: "Input/output error",
    .badFile: "Bad file descriptor", .noAccess: "Permission denied",
    .busy: "Device or resource busy", .exists: "File exists", .notDirectory: "Not a directory",
    .isDirectory: "Is a directory", .invalid: "Invalid argument",
    .tooManyOpen: "Too many open files", .tooLarge: "File too large",
    .noSpace: "No space left on device", .readOnly: "Read-only file system",
    .brokenPipe: "Broken pipe", .nameTooLong: "File name too long",
    Self(37): "No locks available", .notEmpty: "Directory not empty",
    .endlessLinks: "Too many levels of symbolic links", Self(95): "Operation not supported",
    Self(122): "Disk quota exceeded",
  ]
}
