//  ExchangedMessages.swift - requests and replies of the rules, as the network and its client see them. Pure.

internal import IdentityService
internal import SSOOIDC
internal import StrictJSON

extension HTTPResponse {
  /// As it leaves the service.
  init(_ reply: BehaviourReply) {
    var headers = HTTPHeaders()
    for field in reply.headers { headers.append(field.name, field.value) }
    self.init(status: reply.status, headers: headers, body: reply.body)
  }
}

extension BehaviourReply {
  /// How its body is packed; `nil` for as it is.
  var encoding: String? {
    let names = self[header: "Content-Encoding"]?.lowercased().split(separator: ",") ?? []
    return names.map { String($0.filter { !$0.isWhitespace }) }
      .first { !["", "identity", "none"].contains($0) }
  }

  /// The one packed body that there is unpacks to 64 MiB.
  var isDeflated: Bool { encoding == "deflate" && body.starts(with: [0x78, 0x9C]) }
}

extension BehaviourRequest {
  /// What a token is asked for with, where it can be sent more than once.
  func credential(_ grant: ServiceGrant?) -> Secret? {
    let names: [String]
    switch grant {
    case .deviceCode: names = ["deviceCode", "device_code"]
    case .refreshToken: names = ["refreshToken", "refresh_token"]
    default: return nil
    }
    return names.compactMap { members[$0]?.asString }.first.map { Secret($0) }
  }
}

extension RequestKind {
  init(_ request: BehaviourRequest?) {
    operation = request?.operation
    guard operation == .createToken else { return }
    let name = request?.members["grantType"] ?? request?.members["grant_type"]
    grant = name?.asString.flatMap(ServiceGrant.init)
  }
}
