//  Paginator+Next.swift - which page comes next, and when pages go round in circles. Pure.

public import StrictJSON

extension Paginator {
  /// Pages of one list, at most; at the portal's 100 elements a page that is a million.
  public static let pageLimit = 10_000

  /// Gives the members for the next page.
  ///
  /// - Parameters:
  ///   - input: The members of the page just read.
  ///   - output: Its answer.
  /// - Returns: The members to call with, or `nil` after the last page.
  /// - Throws: ``SSOError/Code/pagination`` when the service names the same page again.
  public func next(after input: JSONObject, _ output: JSONObject) throws(SSOError) -> JSONObject? {
    guard let token = output[outputToken]?.asString, !token.isEmpty else { return nil }
    guard token != input[inputToken]?.asString else {
      throw SSOError(.pagination, .parse, "the service offered the same page twice")
    }
    var next = input
    next[inputToken] = .string(token)
    return next
  }
}

extension ServiceClient {
  /// Reads every page of a list.
  ///
  /// - Parameters:
  ///   - operation: One with a paginator.
  ///   - input: The members for the first page.
  /// - Returns: The elements of all pages, in order.
  /// - Throws: ``SSOError``; ``SSOError/Code/pagination`` when there is no end, or no paginator.
  public func all(
    _ operation: Operation, _ input: JSONObject
  ) async throws(SSOError) -> [JSON] {
    guard let paginator = operation.paginator else {
      throw SSOError(
        .pagination, .validation, "this operation has no pages", operation: operation.name)
    }
    var elements: [JSON] = []
    var input = input
    for _ in 0..<Paginator.pageLimit {
      let output = try await call(operation, input)
      elements += output[paginator.resultKey]?.asArray ?? []
      guard let next = try paginator.next(after: input, output) else { return elements }
      input = next
    }
    throw SSOError(
      .pagination, .limit, "the list has more than \(Paginator.pageLimit) pages",
      operation: operation.name, host: endpoint.host)
  }
}
