//  Declaration.swift - one function of the Lua API, declared once.
//
//  From here come the check of arguments at run time, `ssoscript api`, and the reference.

package import LuaEngine

/// The type of an argument or result, as scripts see it.
public indirect enum APIType: Sendable, Equatable {
  /// Text, UTF-8.
  case string
  /// Any bytes.
  case bytes
  /// A whole number; a float without fraction is taken as one.
  case integer
  /// Any number.
  case number
  /// `true` or `false`.
  case boolean
  /// A function.
  case function
  /// Items 1…n of one type.
  case list(APIType)
  /// A table with any members.
  case table
  /// A host object of this class.
  case object(String)
  /// Anything.
  case any

  /// The type in the words of error messages and documentation.
  public var name: String {
    switch self {
    case .string, .bytes: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .function: "function"
    case .list(.list(let item)): "list of lists of \(item.name)s"
    case .list(let item): "list of \(item.name)s"
    case .table: "table"
    case .object(let name): name
    case .any: "any value"
    }
  }
}

/// One argument.
public struct APIParameter: Sendable, Equatable {
  /// Its name, in a table of named arguments or in the documentation.
  public var name: String
  /// What it must be.
  public var type: APIType
  /// Whether the call fails without it.
  public var isRequired: Bool
  /// What stands in its place, in Lua, for the documentation.
  public var defaultValue: String?
  /// One sentence.
  public var summary: String
  /// Whether its value must never be shown.
  public var isSecret: Bool

  /// Declares an argument; `required` ones have no default.
  package init(
    _ name: String, _ type: APIType, required: Bool = true, default defaultValue: String? = nil,
    secret: Bool = false, _ summary: String = ""
  ) {
    self.name = name
    self.type = type
    isRequired = required && defaultValue == nil
    self.defaultValue = defaultValue
    isSecret = secret
    self.summary = summary
  }
}

/// How arguments are passed.
public enum APIParameters: Sendable, Equatable {
  /// One after the other.
  case positional([APIParameter])
  /// One after the other, and any number after these.
  case variadic([APIParameter])
  /// In one table, by name.
  case named([APIParameter])

  /// All of them.
  public var all: [APIParameter] {
    switch self {
    case .positional(let list), .variadic(let list), .named(let list): list
    }
  }
}

/// What a function needs before it does anything.
public enum APIPermission: String, Sendable {
  /// Nothing.
  case none
  /// The host it talks to.
  case net
  /// The file it reads.
  case read
  /// The file it writes.
  case write
  /// The variable it reads.
  case environment = "env"
  /// The program it runs.
  case run
}

/// One function of the Lua API.
public struct APIFunction: Sendable {
  /// Where it is found: `sso.time`, `_G`, or a class.
  public var container: String
  /// Its name there.
  public var name: String
  /// One sentence.
  public var summary: String
  /// What it takes.
  public var parameters: APIParameters
  /// What it gives, in words; empty for nothing.
  public var results: String
  /// The codes of errors to expect.
  public var errors: [String]
  /// What must be permitted.
  public var permission: APIPermission
  /// Whether other tasks run meanwhile.
  public var suspends: Bool
  /// A line of Lua.
  public var example: String
  /// The version that introduced it.
  public var since: String
  /// Whether it belongs to a class of a ``ScriptExtension``.
  var isMethod = false
  /// Whether other programs could see or change what it uses while it is at work.
  var usesDisk = false
  /// How its arguments arrive.
  var options: LuaFunctionOptions
  /// What it does.
  var body: APIBody

  /// `sso.time.sleep`, `client:create_token`, `print`.
  public var fullName: String {
    switch container {
    case "_G": name
    case let path where path.hasPrefix("_G."): "\(path.dropFirst(3)).\(name)"
    case let path where path.hasPrefix("sso.") && APIClass(rawValue: path) != nil:
      "\(path.dropFirst(4)):\(name)"
    case let path where isMethod: "\(path):\(name)"
    default: "\(container).\(name)"
    }
  }

  /// Declares a function.
  package init(
    _ container: String, _ name: String, _ summary: String, _ parameters: APIParameters,
    results: String = "", errors: [String] = [], permission: APIPermission = .none,
    suspends: Bool = false, isMethod: Bool = false, example: String = "",
    options: LuaFunctionOptions = [], _ body: @escaping APIBody
  ) {
    self.container = container
    self.name = name
    self.summary = summary
    self.parameters = parameters
    self.results = results
    self.errors = errors
    self.permission = permission
    self.suspends = suspends
    self.isMethod = isMethod
    self.example = example
    since = "0.1.0"
    self.options = suspends ? options.union(.suspends) : options
    self.body = body
  }
}

extension APIFunction {
  /// The same, as one that does what it can where Lua cannot wait.
  var everywhere: APIFunction {
    var function = self
    function.options.remove(.suspends)
    return function
  }

  /// The same, as one that uses the disk; Lua could not wait within a metamethod.
  var usingDisk: APIFunction {
    var function = self
    function.usesDisk = !name.hasPrefix("__") || name == "__call"
    // Standard input is waited for, a file is there: only a call shows which of them it reads.
    function.options.remove(.suspends)
    return function
  }
}

/// One value that scripts find under a name.
public struct APIConstant: Sendable {
  /// Where it is found: `sso.grant`.
  public var container: String
  /// Its name there.
  public var name: String
  /// One sentence.
  public var summary: String
  /// What it is.
  var value: LuaValue

  /// `sso.grant.device_code`.
  public var fullName: String { "\(container).\(name)" }

  /// Its value in words for the reference.
  public var text: String {
    switch value {
    case .string(let text): "\"\(text)\""
    default: value.typeName
    }
  }

  init(container: String, name: String, value: LuaValue, summary: String) {
    self.container = container
    self.name = name
    self.summary = summary
    self.value = value
  }
}

/// What a function does with its checked arguments.
package typealias APIBody =
  @Sendable (CheckedArguments, ScriptHost) throws(ScriptFailure) -> APIAnswer

/// What a function comes to.
package enum APIAnswer {
  /// No result.
  case none
  /// One result, at once.
  case value(LuaValue)
  /// Any number of results, at once.
  case results([LuaValue])
  /// A wish, to be judged and performed.
  indirect case ask(Effect)
  /// The task waits for something the scheduler knows.
  case wait(Wait)
}

/// The classes of host objects.
public enum APIClass: String, Sendable, CaseIterable {
  /// What `sso.client` and `sso.portal.client` give.
  case client = "sso.client"
  /// What `client:get_paginator` gives.
  case paginator = "sso.paginator"
  /// What `paginator:paginate` gives.
  case pages = "sso.pages"
  /// What `sso.task.spawn` gives.
  case task = "sso.task_handle"
  /// What `io.open` gives.
  case file = "sso.file"
  /// What `file:lines` gives.
  case lines = "sso.lines"
  /// What the functions of `sso.cache` give.
  case store = "sso.store"
  /// What `store:lock` gives.
  case lock = "sso.lock"

  /// Its place in ``allCases``: an array in place of a dictionary, whose first use costs the start a
  /// search of the whole program for how the key is hashed.
  var index: Int {
    switch self {
    case .client: 0
    case .paginator: 1
    case .pages: 2
    case .task: 3
    case .file: 4
    case .lines: 5
    case .store: 6
    case .lock: 7
    }
  }
}
