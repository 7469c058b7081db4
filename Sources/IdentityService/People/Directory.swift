//  Directory.swift - the people, accounts and applications that a service knows.
//
//  Knows: who holds which role where, and a default that is of use without any file.
//  Does not know: files (DirectoryFile).

/// Who may sign in, and to what.
public struct Directory: Sendable, Equatable {
  /// In order; the first one signs in where nobody is chosen.
  public var people: [Person]
  /// In the order of the portal's lists.
  public var accounts: [Account]
  /// Start URLs that exist; `nil` takes every https URL, and http on loopback.
  public var startURLs: [String]?
  /// Applications that may use CreateTokenWithIAM; `nil` takes every application ARN.
  public var applications: [Application]?
  /// Keys that CreateTokenWithIAM may be signed with; without any, signatures are not checked.
  public var accessKeys: [AccessKey]

  /// Makes a directory.
  public init(
    people: [Person], accounts: [Account], startURLs: [String]? = nil,
    applications: [Application]? = nil, accessKeys: [AccessKey] = []
  ) {
    self.people = people
    self.accounts = accounts
    self.startURLs = startURLs
    self.applications = applications
    self.accessKeys = accessKeys
  }

  /// Whether a text can be a name or another word of a person, an account or an application: some
  /// letters, up to 2048 bytes, without control characters.
  package static func isText(_ text: String) -> Bool {
    (1...2048).contains(text.utf8.count)
      && !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }

  /// Whether clients take `url` for a start URL: https, or http on loopback.
  public static func isStartURL(_ url: String) -> Bool {
    guard let parts = URLParts(url), !parts.host.isEmpty else { return false }
    return parts.scheme == "https" || parts.scheme == "http" && parts.isLoopback
  }

  /// A start URL without what makes no difference: people copy `https://…/start/#` from the portal.
  ///
  /// - Returns: It without fragment and slashes at the end, scheme and host in lower case.
  static func plainStartURL(_ url: String) -> String {
    let parts = url.prefix { $0 != "#" }.split(
      separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var page = parts[0]
    while page.last == "/" { page.removeLast() }
    let path = page.firstRange(of: "://").flatMap { page[$0.upperBound...].firstIndex(of: "/") }
    let start = page[..<(path ?? page.endIndex)].lowercased()
    return start + page[(path ?? page.endIndex)...] + parts.dropFirst().map { "?" + $0 }.joined()
  }

  /// The person of a name; the first one when none is named.
  func person(named name: String?) -> Person? {
    guard let name else { return people.first }
    return people.first { $0.name == name }
  }

  /// The account of an id.
  func account(_ id: String) -> Account? { accounts.first { $0.id == id } }
}

/// Someone who can sign in.
public struct Person: Sendable, Equatable {
  /// What the person signs in with.
  public var name: String
  /// For pages.
  public var displayName: String
  /// An address that receives nothing.
  public var email: String
  /// Names of roles by account id.
  public var roles: [String: [String]]

  /// Makes a person.
  public init(name: String, displayName: String, email: String, roles: [String: [String]]) {
    self.name = name
    self.displayName = displayName
    self.email = email
    self.roles = roles
  }
}

/// An AWS account.
public struct Account: Sendable, Equatable {
  /// Twelve digits.
  public var id: String
  /// For lists.
  public var name: String
  /// Of the account's root user.
  public var email: String

  /// Makes an account.
  public init(id: String, name: String, email: String) {
    self.id = id
    self.name = name
    self.email = email
  }

  /// Whether a text can be the id of one.
  package static func isID(_ text: String) -> Bool {
    text.utf8.count == 12 && text.utf8.allSatisfy { (48...57).contains($0) }
  }
}

/// An application that signs its requests.
public struct Application: Sendable, Equatable {
  /// Its client id: `arn:aws:sso::111122223333:application/…`.
  public var arn: String
  /// For pages.
  public var name: String
  /// What its tokens may be good for.
  public var scopes: [String]
  /// Where authorization codes may go.
  public var redirectURIs: [String]

  /// Makes an application.
  public init(arn: String, name: String, scopes: [String], redirectURIs: [String]) {
    self.arn = arn
    self.name = name
    self.scopes = scopes
    self.redirectURIs = redirectURIs
  }
}

/// A key for signatures; its description holds no secret.
public struct AccessKey: Sendable, Equatable, CustomStringConvertible, CustomReflectable {
  /// What requests name.
  public var id: String
  /// What they are signed with.
  public var secret: String
  /// What they must send along when the key is a temporary one.
  public var sessionToken: String?

  /// Makes a key.
  public init(id: String, secret: String, sessionToken: String? = nil) {
    self.id = id
    self.secret = secret
    self.sessionToken = sessionToken
  }

  /// The id alone.
  public var description: String { "AccessKey(\(id))" }
  /// The id alone.
  public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

extension Directory {
  /// Two people and three accounts, with the account numbers that AWS's documents use.
  public static let example = Directory(
    people: [
      Person(
        name: "alice", displayName: "Alice Example", email: "alice@example.com",
        roles: [
          "111122223333": ["AdministratorAccess", "ReadOnlyAccess"],
          "444455556666": ["PowerUserAccess", "ReadOnlyAccess"],
          "777788889999": ["ReadOnlyAccess"],
        ]),
      Person(
        name: "bob", displayName: "Bob Example", email: "bob@example.com",
        roles: ["111122223333": ["ReadOnlyAccess"]]),
    ],
    accounts: [
      Account(id: "111122223333", name: "Development", email: "development@example.com"),
      Account(id: "444455556666", name: "Staging", email: "staging@example.com"),
      Account(id: "777788889999", name: "Production", email: "production@example.com"),
    ])
}
