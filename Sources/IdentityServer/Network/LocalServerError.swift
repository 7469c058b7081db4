//  LocalServerError.swift - why a server could not start, or broke down.

#if Server
  internal import NIOCore
  internal import Platform

  /// A server that could not start, or broke down.
  public struct LocalServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What went wrong; open, so that new codes break nobody.
    public struct Code: Sendable, Hashable {
      /// The code as text, stable.
      public let rawValue: String

      /// The port has a listener already: choose another one, or 0.
      public static let portInUse = Self(rawValue: "port_in_use")
      /// The address is reachable from other machines, and that was not asked for.
      public static let publicAddress = Self(rawValue: "public_address")
      /// Plain HTTP would be spoken to other machines, and that was not asked for.
      public static let plainHTTP = Self(rawValue: "plain_http")
      /// Binding failed: check host and port.
      public static let bind = Self(rawValue: "bind")
      /// The state file cannot be used: the description says what to do.
      public static let state = Self(rawValue: "state")
      /// A file that the server writes cannot be written.
      public static let file = Self(rawValue: "file")
      /// The certificate could not be made.
      public static let tls = Self(rawValue: "tls")
      /// The script cannot be loaded.
      public static let script = Self(rawValue: "script")
      /// The server ended by itself.
      public static let failed = Self(rawValue: "failed")
    }

    /// What went wrong.
    public let code: Code
    /// One line: what, where, and what to do.
    public let description: String

    init(code: Code, description: String) {
      self.code = code
      self.description = description
    }

    /// A failure to bind or to serve.
    init(_ error: any Error, host: String, port: Int) {
      let place = "\(HostNames.inURL(host)):\(port)"
      switch (error as? IOError)?.errnoCode {
      case nil: self.init(code: .failed, description: "cannot serve on \(place): \(error)")
      case EADDRINUSE?:
        self.init(
          code: .portInUse,
          description: "port \(port) is in use; choose another with --port, "
            + "or --port 0 for a free one")
      default: self.init(code: .bind, description: "cannot listen on \(place): \(error)")
      }
    }
  }
#endif
