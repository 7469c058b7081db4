//  Operation.swift - what an operation of the service is, as data.
//
//  Knows: the shape of AWS's service models (members, locations, errors, paginators).
//  Does not know: which operations there are (OIDCOperations, PortalOperations) or how one is
//  called (ServiceClient).

/// One of the two services of AWS IAM Identity Center that a client talks to.
public enum Service: String, Sendable, Hashable, CaseIterable {
  /// OAuth for devices and native applications: registration, device codes, tokens.
  case oidc = "sso-oidc"
  /// The access portal: accounts, roles and their credentials for an access token.
  case portal = "sso"
}

/// One operation of a service: how it is asked and what it answers.
public struct Operation: Sendable, Equatable {
  /// AWS's name, `CreateToken`.
  public let name: String
  /// The service that offers it.
  public let service: Service
  /// The HTTP method.
  public let method: String
  /// The path, with a query where the model has one.
  public let path: String
  /// What may be asked, in the model's order.
  public let input: [Member]
  /// What is answered, in the model's order.
  public let output: [Member]
  /// The names of the modelled errors.
  public let errors: [String]
  /// How the answer goes on over several calls, if it does.
  public let paginator: Paginator?
  /// Whether requests carry a SigV4 signature.
  public let isSigned: Bool
  /// What sending a request twice can do.
  public let repetition: Repetition
}

/// What sending a request twice can do; decides which failures are repeated.
public enum Repetition: Sendable, Equatable {
  /// At most a wasted code or registration.
  case harmless
  /// It hangs on the grant: a device code may be asked again, anything else can be spent.
  case byGrantType
}

/// One member of an operation's input, output, or of a structure in them.
public struct Member: Sendable, Equatable {
  /// Where a member travels.
  public enum Location: String, Sendable, Equatable {
    /// A member of the JSON body.
    case body
    /// A parameter of the URL's query.
    case query = "querystring"
    /// A header field.
    case header
  }

  /// What a member holds.
  public indirect enum Kind: Sendable, Equatable {
    /// Text.
    case string
    /// A 32-bit integer.
    case integer
    /// A 64-bit integer.
    case long
    /// Elements of one kind.
    case list(Kind)
    /// Members by name.
    case structure([Member])
  }

  /// Whether a member must be there.
  public enum Presence: Sendable, Equatable {
    /// It may be absent.
    case optional
    /// The model requires it.
    case required
    /// The model does not, but an answer without it is of no use (H09, H34).
    case expected
  }

  /// Whether a member may be shown.
  public enum Secrecy: Sendable, Equatable {
    /// It may.
    case open
    /// The model marks it sensitive.
    case sensitive
    /// The model does not, yet whoever reads it can act as the user.
    case secretInPractice
  }

  /// What a value must look like beyond its kind.
  public enum Format: Sendable, Equatable {
    /// Anything.
    case any
    /// Text without control characters: it travels on in headers and files.
    case token
    /// A URL a browser may open: https, or http on loopback.
    case link
    /// A short code that a person reads and types.
    case userCode
    /// Seconds, 1 to 2³¹−1.
    case lifetime
    /// Seconds between polls; 5 when absent or senseless, 1 when 0.
    case interval
    /// The word `Bearer`, in any case.
    case bearer
  }

  /// The name in the AWS API, `clientId`.
  public let name: String
  /// The name on the wire, `role_name`.
  public let wireName: String
  /// Where it travels.
  public let location: Location
  /// What it holds.
  public let kind: Kind
  /// Whether it must be there.
  public let presence: Presence
  /// Whether it may be shown.
  public let secrecy: Secrecy
  /// What its value must look like.
  public let format: Format
  /// The smallest integer the model allows.
  public let minimum: Int64?

  /// Whether it must never be shown.
  public var isSecret: Bool { secrecy != .open }

  init(
    _ name: String, _ kind: Kind = .string, _ presence: Presence = .optional,
    _ secrecy: Secrecy = .open, in location: Location = .body, as wireName: String? = nil,
    format: Format = .any, minimum: Int64? = nil
  ) {
    self.name = name
    self.wireName = wireName ?? name
    self.location = location
    self.kind = kind
    self.presence = presence
    self.secrecy = secrecy
    self.format = format
    self.minimum = minimum
  }
}

/// How a list goes on over several calls.
public struct Paginator: Sendable, Equatable {
  /// The input member that says where to go on.
  public let inputToken: String
  /// The output member that says where to go on.
  public let outputToken: String
  /// The input member for the size of a page.
  public let limitKey: String
  /// The output member with the elements.
  public let resultKey: String
}
