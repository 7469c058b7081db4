//  PortalTypes.swift - what the portal answers, as Swift types.

internal import StrictJSON

/// One page of a list.
public struct Page<Element: Sendable>: Sendable {
  /// The elements, in the service's order.
  public let elements: [Element]
  /// What to ask the next page with; `nil` on the last.
  public let nextToken: String?

  init(_ output: JSONObject, list: String, _ make: (JSONObject) -> Element) {
    elements = (output[list]?.asArray ?? []).compactMap { $0.asObject.map(make) }
    nextToken = output.text("nextToken")
  }
}

extension Page: Equatable where Element: Equatable {}

/// An AWS account.
public struct AccountInfo: Sendable, Hashable {
  /// Twelve digits.
  public let accountID: String
  /// The name people gave it.
  public let accountName: String
  /// The address of its root user.
  public let emailAddress: String

  init(_ members: JSONObject) {
    accountID = members.string("accountId")
    accountName = members.string("accountName")
    emailAddress = members.string("emailAddress")
  }
}

/// A role in an account.
public struct RoleInfo: Sendable, Hashable {
  /// The name of the permission set.
  public let roleName: String
  /// The account it is in.
  public let accountID: String

  init(_ members: JSONObject) {
    roleName = members.string("roleName")
    accountID = members.string("accountId")
  }
}

/// Temporary keys of a role.
public struct RoleCredentials: Sendable, Equatable {
  /// The keys.
  public let keys: AWSCredentials
  /// When they end, to the millisecond; `nil` when the service does not say.
  public let expiration: Timestamp?

  init(_ members: JSONObject) {
    keys = AWSCredentials(
      accessKeyID: members.string("accessKeyId"),
      secretAccessKey: members.secret("secretAccessKey"),
      sessionToken: members.secret("sessionToken"))
    expiration = members["expiration"]?.asInteger.map { milliseconds in
      let seconds = milliseconds.dividedDown(by: 1000)
      let rest = Int32((milliseconds % 1000 + 1000) % 1000)
      return Timestamp(seconds: seconds, nanoseconds: rest * 1_000_000)
    }
  }
}
