//  Answer.swift - an answer that is a success: read strictly, or refused with the reason.
//
//  Knows: what an answer of the service looks like (H08-H12, H24-H26, H34, N17). Pure.
//  Does not know: what single values must look like (AnswerValue).

internal import StrictJSON

/// Reads the answers of one operation.
struct Answer {
  let operation: Operation
  let host: String
  /// Whether a token is taken from an answer that does not call itself JSON.
  let isLenient: Bool

  /// Gives the modelled members of a successful answer, in the model's order.
  ///
  /// Unknown members are dropped, `null` counts as absent.
  func read(_ response: HTTPResponse) throws(SSOError) -> JSONObject {
    let isEmpty = response.body.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    // Of an answer that says nothing, nothing is asked but that it is the service's.
    if operation.output.isEmpty, isEmpty { return JSONObject() }
    try checkType(response)
    if operation.output.isEmpty { return JSONObject() }
    let value: JSON
    do throws(JSONError) {
      value = try response.json.get()
    } catch {
      throw refused(
        isEmpty ? "the answer is not an object but empty" : "the answer is no JSON: \(error)",
        response)
    }
    guard let object = value.asObject else {
      throw refused("the answer is not an object but \(value.words)", response)
    }
    do throws(AnswerFault) {
      return try operation.output.read(from: object)
    } catch {
      throw refused("the answer \(error.words)", response)
    }
  }

  /// Looks at what the answer calls itself, and for a web page in the place of an answer.
  private func checkType(_ response: HTTPResponse) throws(SSOError) {
    let type = response.headers["Content-Type"]?.mediaType
    let start = response.body.first { $0 != 0x20 && !(0x09...0x0D).contains($0) }
    if start == UInt8(ascii: "<") || type == "text/html" {
      throw refused(
        "not an answer of the service: HTML page (captive portal?)", response,
        code: .captivePortal)
    }
    guard let type, !isLenient, operation.isTokenCall, !type.isJSON else { return }
    throw refused(
      "the answer is no JSON but \(type.escaped(limit: 60)), so no token is taken from it",
      response)
  }

  private func refused(
    _ message: String, _ response: HTTPResponse, code: SSOError.Code = .invalidResponse
  ) -> SSOError {
    var error = SSOError(code, .parse, message, operation: operation.name, host: host)
    error.status = response.status
    error.requestID = response.headers["x-amzn-RequestId"]?.escaped(limit: 100)
    return error
  }
}

extension Operation {
  /// Whether a success hands out a token.
  fileprivate var isTokenCall: Bool { repetition == .byGrantType }
}

extension String {
  /// `application/json` out of `Application/JSON; charset=utf-8`.
  fileprivate var mediaType: String {
    if self == "application/json" { return self }
    return String(Substring((split(separator: ";").first ?? "").utf8.trimmed)).lowercased()
  }

  fileprivate var isJSON: Bool {
    self == "application/json" || self == "application/x-amz-json-1.1" || self == "text/json"
      || hasSuffix("+json")
  }
}
