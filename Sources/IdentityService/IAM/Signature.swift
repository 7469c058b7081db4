//  Signature.swift - AWS Signature Version 4, from AWS's description of how to make one.
//
//  Knows: the canonical request, the string to sign, the key.
//  Does not know: whose keys are good, and when (SignatureCheck).

internal import Crypto

/// What an `Authorization: AWS4-HMAC-SHA256 …` header says.
struct SignatureHeader {
  let keyID: String
  let date: String
  let region: String
  let service: String
  let signedHeaders: [String]
  let signature: String

  /// - Returns: `nil` for a header of another form.
  init?(_ header: String) {
    let algorithm = "AWS4-HMAC-SHA256 "
    guard header.hasPrefix(algorithm) else { return nil }
    var fields: [Substring: Substring] = [:]
    for field in header.dropFirst(algorithm.count).split(separator: ",") {
      let parts = field.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
      guard parts.count == 2 else { return nil }
      fields[parts[0]] = parts[1]
    }
    let scope = (fields["Credential"] ?? "").split(separator: "/").map(String.init)
    guard scope.count == 5, scope[4] == "aws4_request", let names = fields["SignedHeaders"],
      let signature = fields["Signature"]
    else { return nil }
    (keyID, date, region, service) = (scope[0], scope[1], scope[2], scope[3])
    signedHeaders = names.split(separator: ";").map(String.init)
    self.signature = String(signature)
  }

  var scope: String { "\(date)/\(region)/\(service)/aws4_request" }

  /// The signature that `request` should have.
  func expected(for request: ServiceRequest, secret: String) -> String {
    let time = request.headers["x-amz-date"] ?? ""
    let text = [
      "AWS4-HMAC-SHA256", time, scope, hexadecimal(hash(canonical(request))),
    ].joined(separator: "\n")
    var key = Array("AWS4\(secret)".utf8)
    for part in [date, region, service, "aws4_request", text] { key = mac(part, key) }
    return hexadecimal(key)
  }

  private func canonical(_ request: ServiceRequest) -> String {
    let headers = signedHeaders.map { name in
      "\(name):\(request.headers.values(of: name).map(trimmed).joined(separator: ","))\n"
    }
    return [
      request.method, canonicalPath(request.path), canonicalQuery(request.query),
      headers.joined(), signedHeaders.joined(separator: ";"), hexadecimal(hash(request.body)),
    ].joined(separator: "\n")
  }

  private func canonicalPath(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).map { percentEncoded($0) }
      .joined(separator: "/")
  }

  private func canonicalQuery(_ query: String) -> String {
    let pairs = query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let texts = parts.map { percentEncoded(formDecoded($0) ?? String($0)) }
      return (texts[0], texts.count > 1 ? texts[1] : "")
    }
    return pairs.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  /// Without space at the ends, and one inside where there were several.
  private func trimmed(_ value: String) -> String {
    value.split(separator: " ").joined(separator: " ")
  }
}

private func hash(_ text: String) -> [UInt8] { hash(Array(text.utf8)) }

private func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

private func mac(_ text: String, _ key: [UInt8]) -> [UInt8] {
  Array(HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: key)))
}
