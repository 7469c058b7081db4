//  OperationTableTests.swift - our tables against AWS's model, member by member.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `The operation tables` {
  @Test(arguments: Service.allCases)
  func `name the operations of the model, and no others`(service: Service) throws {
    let model = try fixture("sso-oidc-model")["services"][service.rawValue]["operations"]

    let ours = Operation.all.filter { $0.service == service }.map(\.name)

    #expect(Set(ours) == Set(try #require(model.asObject).keys))
    #expect(ours.count == Set(ours).count)
  }

  @Test(arguments: Operation.all)
  func `say of each operation what the model says`(operation: Operation) throws {
    let model = try operation.model()

    #expect(operation.method == model["http_method"].text)
    #expect(operation.path == model["path"].text)
    #expect(operation.errors == model["errors"].elements.map(\.text))
    #expect(operation.isSigned == model["authtype"].isNull)
    #expect(Row.list(operation.input) == Row.list(model["input"]))
    #expect(Row.list(operation.output, isOutput: true) == Row.list(model["output"]))
    #expect(operation.paginator?.words == model["paginator"].paginatorWords)
  }

  @Test(arguments: [
    ("AwsAdditionalDetails", Service.oidc, Operation.createTokenWithIAM, "awsAdditionalDetails"),
    ("RoleCredentials", .portal, .getRoleCredentials, "roleCredentials"),
    ("AccountInfo", .portal, .listAccounts, "accountList"),
    ("RoleInfo", .portal, .listAccountRoles, "roleList"),
  ])
  func `say of each structure what the model says`(
    shape: String, service: Service, operation: Operation, member: String
  ) throws {
    let model = try fixture("sso-oidc-model")["services"][service.rawValue]["structures"][shape]

    let kind = try #require(operation.output.first { $0.name == member }).kind

    #expect(Row.list(kind.members, isOutput: true) == Row.list(model))
  }

  @Test(arguments: [(Service.oidc, ErrorShape.oidc), (.portal, ErrorShape.portal)])
  func `say of each error what the model says`(service: Service, shapes: [ErrorShape]) throws {
    let model = try fixture("sso-oidc-model")["services"][service.rawValue]["errors"]

    #expect(Set(shapes.map(\.name)) == Set(try #require(model.asObject).keys))
    for shape in shapes {
      let error = model[shape.name]
      #expect(Int64(shape.status) == error["http_status"].asInteger)
      #expect(shape.word == error["wire_error"].asString)
      #expect(Set(shape.members) == Set(error["members"].elements.map { $0["name"].text }))
    }
  }

  @Test func `call secret what is so in practice, though the model does not`() {
    let secrets = Operation.all.flatMap { $0.input + $0.output }
      .filter { $0.secrecy == .secretInPractice }.map(\.name)

    #expect(Set(secrets) == ["deviceCode", "code"])
  }
}

/// One member in words that can be compared.
private struct Row: Hashable {
  let words: String

  static func list(_ members: [Member], isOutput: Bool = false) -> [Row] {
    members.map { member in
      let isRequired = member.presence == .required
      return Row(
        words: "\(member.name) \(member.wireName) \(member.location.rawValue) \(member.kind.model)"
          + " required:\(isRequired) sensitive:\(member.secrecy == .sensitive)"
          + " min:\(member.minimum.map(String.init) ?? "-")")
    }
  }

  static func list(_ model: JSON) -> [Row] {
    model.elements.map { member in
      let type = member["type"].text
      let kind = type == "list" ? "list of \(member["item_type"].text)" : type
      let minimum = type == "integer" ? member["min"].asInteger : nil
      return Row(
        words: "\(member["name"].text) \(member["wire_name"].text) \(member["location"].text)"
          + " \(kind) required:\(member["required"].asBool ?? false)"
          + " sensitive:\(member["sensitive"].asBool ?? false)"
          + " min:\(minimum.map(String.init) ?? "-")")
    }
  }
}

extension Member.Kind {
  fileprivate var model: String {
    switch self {
    case .string: "string"
    case .integer: "integer"
    case .long: "long"
    case .list(let element): "list of \(element.model)"
    case .structure: "structure"
    }
  }

  fileprivate var members: [Member] {
    switch self {
    case .structure(let members): members
    case .list(let element): element.members
    default: []
    }
  }
}

extension Operation {
  fileprivate func model() throws -> JSON {
    try fixture("sso-oidc-model")["services"][service.rawValue]["operations"][name]
  }
}

extension Paginator {
  fileprivate var words: String { "\(inputToken) \(outputToken) \(limitKey) \(resultKey)" }
}

extension JSON {
  fileprivate var paginatorWords: String? {
    guard !isNull else { return nil }
    return ["input_token", "output_token", "limit_key", "result_key"].map { self[$0].text }
      .joined(separator: " ")
  }
}
