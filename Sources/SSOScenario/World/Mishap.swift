//  Mishap.swift - what of the failure catalogue is more than one failure of a request, a disk, a lock or
//  a port: a time of refusals, a clock, a file in the cache, a program that is killed. Pure.
//
//  Knows: who is told of it, and whether it can be in force for a whole run.
//  Does not know: which there are (the table beside this file), what each does (its owner).

/// A fault of the catalogue with a course of its own.
struct Mishap: Sendable, Equatable {
  /// What it does, by its owner.
  enum Act: Sendable, Equatable {
    /// To the requests of a service.
    case requests(RequestMishap)
    /// To a machine.
    case machine(MachineMishap)
    /// To one program.
    case program(ProgramMishap)
  }

  /// Of the catalogue; a letter behind the number is a variant.
  let id: String
  /// What a scenario may write instead: `sleep`.
  let kind: String
  /// One sentence.
  let summary: String
  let act: Act
  /// Why it cannot be in force for a whole run; `nil` where it can.
  let moment: String?

  init(_ id: String, _ kind: String, _ summary: String, _ act: Act, moment: String? = nil) {
    (self.id, self.kind, self.summary, self.act, self.moment) = (id, kind, summary, act, moment)
  }

  /// For the time line.
  var text: String { "\(id) \(summary)" }

  /// The one of this id or kind.
  static func named(_ name: String) -> Mishap? {
    all.first { $0.id.lowercased() == name.lowercased() || $0.kind == name }
  }
}

/// What goes wrong with requests for a while.
enum RequestMishap: Sendable, Equatable {
  /// From the second on.
  case refused(Duration)
  /// From the first poll on, or from the second request.
  case unknownAuthority
  case endedToken
}

/// What goes wrong with a machine.
enum MachineMishap: Sendable, Equatable {
  /// Programs that start have these variables, and these files are there.
  case variables([String: String], files: [String: String] = [:])
  /// Its calendar is set forward or back.
  case jump(Duration)
  /// It sleeps: everybody's calendar goes on, its waiting does not.
  case sleep(Duration)
  case file(FileMishap)
  /// Its cache folder is a link to another folder, with this mode.
  case folder(mode: Int, isForeign: Bool)
  /// After the next rename, unless told.
  case powerLoss
  /// A cached file is another one when a program changes it than it was when it was looked at.
  case swap
}

/// What becomes of a cached file.
enum FileMishap: Sendable, Equatable {
  case holds([UInt8])
  case halved
  case oldTail
  case dates(DateForm)
  case link
  case folder
  case pipe
  case mode(Int)
  case foreign
}

/// How others write a date.
enum DateForm: Sendable, Equatable {
  case offset
  case fraction
  case zoneName
  case leapSecond
  case year10000
}

/// What goes wrong with one program.
enum ProgramMishap: Sendable, Equatable {
  case twin
  case killedWithLock
  case killedInChange
  case umask
  case output(OutputMishap)
  case signal(StoppingSignal)
  case browser(BrowserMishap)
  case callback(CallbackMishap)
  case hook(HookMishap)

  /// What only one of them can be about.
  var part: String {
    switch self {
    case .twin: "twin"
    case .killedWithLock, .killedInChange: "kill"
    case .umask: "umask"
    case .output: "stdout"
    case .signal: "signal"
    case .browser: "browser"
    case .callback: "callback"
    case .hook: "hook"
    }
  }
}

enum OutputMishap: Sendable, Equatable { case closed, full }
enum BrowserMishap: Sendable, Equatable { case fails, isRemote, hangs }
enum CallbackMishap: Sendable, Equatable { case wrongState, foreign, twice, error }
enum HookMishap: Sendable, Equatable { case loops, hungry, fails }
