//  SessionTables.swift - sessions, credentials and accounts as scripts see them.

import LuaEngine
import SSOOIDC

extension LuaTable {
  /// A time, and how long until then; less than nothing is told as nothing, and so is what counts as
  /// ended by then.
  private init(until end: Timestamp, at now: Timestamp, objection: String? = nil) {
    let left = objection == nil ? max(0, (end - now).components.seconds) : 0
    self.init(["expiresAt": .string(end.rfc3339), "secondsLeft": .integer(left)])
    if let objection { append("objection", .string(objection)) }
  }

  /// What is kept of a session.
  init(_ status: SessionStatus, at now: Timestamp) {
    self.init(status.target)
    append("valid", .boolean(status.isSignedIn))
    if let token = status.token {
      let objection = status.objection(until: token.expiresAt)
      var table = LuaTable(until: token.expiresAt, at: now, objection: objection)
      table.append("refreshable", .boolean(status.obstacle == nil))
      if let obstacle = status.obstacle { table.append("obstacle", .string(obstacle.description)) }
      append("token", .table(table))
    }
    if let registration = status.registration {
      append("registration", .table(LuaTable(until: registration.expiresAt, at: now)))
    }
    let roles = status.roles.map { role in
      let objection = status.objection(until: role.expiresAt)
      var table = LuaTable(until: role.expiresAt, at: now, objection: objection)
      table.append("accountId", .string(role.accountID))
      table.append("roleName", .string(role.roleName))
      return LuaValue.table(table)
    }
    append("credentials", .table(LuaTable(items: roles, kind: .list)))
  }

  /// How a session was ended.
  init(_ end: SignOut) {
    self.init(end.target)
    append("endedAtService", .boolean(end.obstacle == nil))
    if let obstacle = end.obstacle { append("obstacle", .string(obstacle.description)) }
    append("endedHere", .boolean(end.remainder == nil))
    if let remainder = end.remainder { append("remainder", .string(remainder)) }
  }

  /// What is kept and was not ended, as nobody can read whose it is.
  init(_ item: ClosedItem) {
    self.init([
      "file": item.name.lua, "endedAtService": false, "endedHere": false,
      "remainder": .string(item.reason),
    ])
  }

  /// Keys of a role, named as the portal names them.
  init(_ found: CachedCredentials, _ target: SignInTarget, _ source: RoleSignIn.Source) {
    let keys = found.credentials
    self.init([
      "accessKeyId": .string(keys.accessKeyID),
      "secretAccessKey": .string(keys.secretAccessKey.reveal()),
      "sessionToken": (keys.sessionToken?.reveal()).lua,
      "expiration": .string(found.expiration.rfc3339),
      "accountId": (found.accountID ?? target.accountID).lua,
      "roleName": (found.roleName ?? target.roleName).lua, "source": .string(source.rawValue),
    ])
  }

  /// An account with its roles.
  init(_ access: AccountAccess) {
    self.init([
      "accountId": .string(access.account.accountID),
      "accountName": .string(access.account.accountName),
      "emailAddress": .string(access.account.emailAddress),
      "roles": .table(LuaTable(items: access.roleNames.map(LuaValue.string), kind: .list)),
    ])
  }
}
