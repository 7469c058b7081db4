//  DirectoryFile.swift - the file of people, accounts and applications (`--directory`).
//
//  Knows: its members, what each must look like, and that a slip is told with path and line.
//  Does not know: YAML (CheckedNode); JSON is read as the YAML that it is.

#if Server
  internal import Foundation
  internal import Yams

  public import IdentityService

  /// Why a directory file cannot be used.
  public struct DirectoryFileError: Error, Sendable, Equatable, CustomStringConvertible {
    /// `FILE:LINE: MEMBER: what is wrong`; the line is missing when there is none.
    public let description: String
  }

  /// Reads directory files.
  public enum DirectoryFile {
    /// Far more than any test needs.
    static let sizeLimit = 1 << 20

    /// Reads and checks a file.
    ///
    /// - Parameter path: YAML or JSON, up to 1 MiB.
    /// - Returns: The directory.
    /// - Throws: The first thing that is wrong with it.
    public static func read(_ path: String) throws(DirectoryFileError) -> Directory {
      guard let data = FileManager.default.contents(atPath: path) else {
        throw DirectoryFileError(description: "\(path) cannot be read")
      }
      guard data.count <= sizeLimit else {
        throw DirectoryFileError(description: "\(path) is larger than 1 MiB")
      }
      guard let text = String(data: data, encoding: .utf8) else {
        throw DirectoryFileError(description: "\(path) is not UTF-8")
      }
      return try parse(text, file: path)
    }

    /// Reads and checks a text, which errors call by the name of its file.
    static func parse(
      _ text: String, file: String
    ) throws(DirectoryFileError) -> Directory {
      let root = try CheckedNode(parsing: text, file: file)
      try root.allow("people", "accounts", "startUrls", "applications", "accessKeys")
      let accounts = try root.required("accounts").elements().map {
        node throws(DirectoryFileError) in
        try account(node)
      }
      try root.required("accounts").requireDistinct(accounts.map(\.id))
      let people = try root.required("people").elements().map { node throws(DirectoryFileError) in
        try person(node, accounts)
      }
      try root.required("people").requireDistinct(people.map(\.name))
      guard !people.isEmpty else { throw try root.required("people").error("is empty") }
      return Directory(
        people: people, accounts: accounts, startURLs: try startURLs(root),
        applications: try applications(root), accessKeys: try accessKeys(root))
    }

    private static func startURLs(_ root: CheckedNode) throws(DirectoryFileError) -> [String]? {
      try root["startUrls"]?.elements().map { node throws(DirectoryFileError) in
        let url = try node.text()
        guard Directory.isStartURL(url) else {
          throw node.error("is no https URL, nor http on this machine")
        }
        return url
      }
    }

    private static func account(_ node: CheckedNode) throws(DirectoryFileError) -> Account {
      try node.allow("id", "name", "email")
      let id = try node.required("id")
      guard Account.isID(try id.text()) else { throw id.error("is not twelve digits") }
      return Account(
        id: try id.text(), name: try node.required("name").text(),
        email: try node["email"]?.text() ?? "")
    }

    private static func person(
      _ node: CheckedNode, _ accounts: [Account]
    ) throws(DirectoryFileError) -> Person {
      try node.allow("name", "displayName", "email", "roles")
      let name = try node.required("name").text()
      var roles: [String: [String]] = [:]
      for (id, names) in try node["roles"]?.members() ?? [] {
        guard accounts.contains(where: { $0.id == id }) else {
          throw names.error("this account is not listed under accounts")
        }
        roles[id] = try names.texts()
        try names.requireDistinct(roles[id] ?? [])
      }
      return Person(
        name: name, displayName: try node["displayName"]?.text() ?? name,
        email: try node["email"]?.text() ?? "", roles: roles)
    }

    private static func applications(
      _ root: CheckedNode
    ) throws(DirectoryFileError) -> [Application]? {
      guard let list = root["applications"] else { return nil }
      let applications = try list.elements().map { node throws(DirectoryFileError) in
        try node.allow("arn", "name", "scopes", "redirectUris")
        let arn = try node.required("arn")
        guard Application.isARN(try arn.text()) else {
          throw arn.error("is no ARN of an application, as arn:aws:sso::ACCOUNT:application/…")
        }
        return Application(
          arn: try arn.text(), name: try node["name"]?.text() ?? "",
          scopes: try scopes(node), redirectURIs: try redirectURIs(node))
      }
      try list.requireDistinct(applications.map(\.arn))
      return applications
    }

    private static func scopes(_ application: CheckedNode) throws(DirectoryFileError) -> [String] {
      try (application["scopes"]?.elements() ?? []).map { node throws(DirectoryFileError) in
        let scope = try node.text()
        guard Application.isScope(scope) else {
          throw node.error("is no scope: one word, without quotes and backslashes")
        }
        return scope
      }
    }

    private static func redirectURIs(
      _ application: CheckedNode
    ) throws(DirectoryFileError) -> [String] {
      try (application["redirectUris"]?.elements() ?? []).map { node throws(DirectoryFileError) in
        let uri = try node.text()
        if let problem = Application.problem(ofRedirectURI: uri) { throw node.error(problem) }
        return uri
      }
    }

    private static func accessKeys(_ root: CheckedNode) throws(DirectoryFileError) -> [AccessKey] {
      guard let list = root["accessKeys"] else { return [] }
      let keys = try list.elements().map { node throws(DirectoryFileError) in
        try node.allow("id", "secret", "sessionToken")
        return AccessKey(
          id: try node.required("id").text(), secret: try node.required("secret").text(),
          sessionToken: try node["sessionToken"]?.text())
      }
      try list.requireDistinct(keys.map(\.id))
      return keys
    }
  }
#endif
