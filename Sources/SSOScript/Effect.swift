//  Effect.swift - everything a script can ask of the world, as values.
//
//  A script never acts, it asks: a call becomes one of these, the permissions judge it, and the
//  host performs it through a door. Pure functions (JSON, hashes, dates) are no effects.

public import LuaEngine
public import SSOOIDC
public import StrictJSON

/// One wish of a script.
public enum Effect: Sendable, Equatable {
  /// An operation of AWS IAM Identity Center, sent by the client with this handle.
  case call(Operation, JSONObject, client: Int64, url: String)
  /// The next page of a list.
  case nextPage(Operation, JSONObject, pages: Int64, client: Int64, url: String)
  /// Any other HTTP request.
  case http(HTTPRequest)
  /// Waiting.
  case sleep(Duration)
  /// A page in a browser.
  case openBrowser(String)
  /// An environment variable.
  case readEnvironment(String)
  /// Opening a file.
  case openFile(String, FileMode)
  /// Removing a file.
  case removeFile(String)
  /// Renaming a file.
  case renameFile(String, to: String)
  /// Running a program.
  case run([String], input: [UInt8], capturesOutput: Bool)
  /// Telling a person something, outside the script's own output.
  case notify(Notification)
  /// Reading from standard input, by one format after the other; maybe for an iterator.
  case readInput([ReadFormat], isLine: Bool)
  /// Reading from an open file in which there may be nothing yet; for an iterator, if there is one.
  case readFile(Int64, [ReadFormat], lines: Int64?)
  /// A question to the person.
  case prompt(String, hidden: Bool)
  /// A token: cached, renewed, or by a person; what belongs to the wish lies with the host.
  case signIn(job: Int64, url: String)
  /// Status, end, role credentials or lists of sessions; what belongs to it lies with the host.
  case session(SessionWish, job: Int64, urls: [String])
  /// Profiles in the config file at a path.
  case writeProfiles(ProfileSections, into: String)
  /// Something of a store of logins.
  case store(Int64, StoreWish)
  /// A wish that the host of this run added to the API, by name.
  case extended(String, [LuaValue])
}

/// What a script wants of sessions.
public enum SessionWish: Sendable, Equatable {
  /// What is kept of them.
  case status
  /// Their end.
  case logout
  /// Credentials of a role.
  case credentials
  /// Accounts and roles.
  case accounts
}

/// What a script wants of a store of logins.
public enum StoreWish: Sendable, Equatable {
  /// What is kept.
  case get(CacheItem)
  /// Keeping something.
  case put(CacheItem, [UInt8], expires: Timestamp?)
  /// Forgetting something.
  case delete(CacheItem)
  /// The keys of what is kept in a layer.
  case names(CacheLayer)
  /// Having it to oneself.
  case lock(CacheItem)
  /// Letting others have it again; the store is the lock.
  case unlock
}

/// How much to read, as in Lua's `file:read`.
public enum ReadFormat: Sendable, Equatable {
  /// A line, with or without its end.
  case line(keepsEnd: Bool)
  /// Everything that is left.
  case all
  /// A number.
  case number
  /// So many bytes.
  case bytes(Int)
}
