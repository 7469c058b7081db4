//  Behaviour.swift - what may stand between clients and rules.
//
//  Knows: what it sees of a request, and what it may do about the reply.
//  Does not know: who decides so (a plan of faults, a script), or how replies leave (IdentityServer).

public import StrictJSON

/// Sees every request to an operation, and may do otherwise than the rules.
///
/// It may let the request pass, answer itself, wait, or break the answer; before the rules have run,
/// so that nothing has changed, or after.
public protocol Behaviour: Sendable {
  /// Treats one request.
  ///
  /// - Parameters:
  ///   - request: What came.
  ///   - rules: Lets the rules answer. Called once at most; a reply that rests on changes comes when
  ///     they are kept.
  /// - Returns: What the client gets.
  func treat(
    _ request: BehaviourRequest, _ rules: @escaping @Sendable () async -> BehaviourReply
  ) async -> BehaviourReply

  /// Another behaviour has taken its place: what it still does on its own ends.
  func end()
}

/// One request to an operation, as a behaviour sees it.
public struct BehaviourRequest: Sendable {
  /// What is asked for.
  public var operation: Operation
  /// Which request for this operation it is, from 1, since the behaviour began.
  public var call = 0
  /// As sent: `POST`.
  public var method: String
  /// Without query.
  public var path: String
  /// Those of the body as the rules read them, of the query where these read it in its place; empty when
  /// they cannot be read.
  public var members: JSONObject
  /// As sent, in order.
  public var headers: [HeaderField]
  /// The service's time.
  public var time: ServiceTime
  /// Whose habits the service has.
  public var profile: Profile

  /// Reads a request.
  ///
  /// - Returns: `nil` when its path names no operation: then there is nothing to do otherwise.
  public init?(
    _ request: ServiceRequest, headers: [HeaderField], profile: Profile, at time: ServiceTime
  ) {
    guard
      let operation = Operation(
        path: request.path, query: request.query, profile.dialect)
    else { return nil }
    self.operation = operation
    method = request.method
    path = request.path
    self.headers = headers
    self.time = time
    self.profile = profile
    members = [:]
    members = read(request)
  }

  private func read(_ request: ServiceRequest) -> JSONObject {
    guard operation.method != "GET" else {
      let query = FormParameters(request.query)
      return query?.repeated.isEmpty == true ? query?.object ?? [:] : [:]
    }
    let body = try? RequestBody(
      of: request, operation,
      type: headers.first { $0.name.lowercased() == "content-type" }?.value, profile.dialect)
    return body?.object ?? [:]
  }
}

/// One header field, with any name.
public struct HeaderField: Sendable, Equatable {
  /// In the sender's spelling.
  public var name: String
  /// Without surrounding spaces.
  public var value: String

  /// Makes a field.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}
