//  SigV4.swift - AWS Signature Version 4, in the form CreateTokenWithIAM needs.
//
//  Knows: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//  Does not know: chunked bodies, presigned URLs. Pure: the time is handed in.

internal import Crypto

/// Signs requests for one service in one region.
struct SigV4: Sendable {
  let credentials: AWSCredentials
  let region: String
  let service: String

  /// Adds `X-Amz-Date`, `X-Amz-Security-Token` (with temporary keys) and `Authorization`.
  ///
  /// Signed are `content-type`, `host` and the `x-amz-` headers added here; what is added later is
  /// not.
  func sign(_ request: inout HTTPRequest, at now: Timestamp) {
    guard let url = URLParts(request.url) else { return }
    let date = now.sigV4
    request.headers["X-Amz-Date"] = date
    request.headers["X-Amz-Security-Token"] = credentials.sessionToken?.reveal()
    let fields = signedFields(request.headers, host: url.authority)
    let names = fields.map(\.name).joined(separator: ";")
    let canonical = [
      request.method, canonicalPath(url.path), canonicalQuery(url.query ?? ""),
      fields.map { "\($0.name):\($0.value)\n" }.joined(), names,
      Hexadecimal.encode(SHA256.hash(data: request.body)),
    ].joined(separator: "\n")
    let scope = "\(date.prefix(8))/\(region)/\(service)/aws4_request"
    let text =
      "AWS4-HMAC-SHA256\n\(date)\n\(scope)\n"
      + Hexadecimal.encode(SHA256.hash(data: Array(canonical.utf8)))
    let key = signingKey(day: String(date.prefix(8)))
    let signature = Hexadecimal.encode(authenticate(text, key: key))
    request.headers["Authorization"] =
      "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), "
      + "SignedHeaders=\(names), Signature=\(signature)"
  }

  private func signedFields(
    _ headers: HTTPHeaders, host: String
  ) -> [(name: String, value: String)] {
    var fields = [(name: "host", value: host)]
    for name in ["content-type", "x-amz-date", "x-amz-security-token"] {
      if let value = headers[name] { fields.append((name, value)) }
    }
    return fields.sorted { $0.name < $1.name }
  }

  /// Without dot segments and double slashes, and escaped once more, as all services but S3 have it.
  private func canonicalPath(_ path: String) -> String {
    var segments: [Substring] = []
    for segment in path.split(separator: "/") where segment != "." {
      if segment != ".." { segments.append(segment) } else { _ = segments.popLast() }
    }
    var canonical = ""
    for segment in segments {
      canonical += "/"
      canonical.append(percentEncoding: String(segment))
    }
    return canonical.isEmpty || path.hasSuffix("/") ? canonical + "/" : canonical
  }

  /// The parameters in the order of their names, then of their values, each with a `=`.
  private func canonicalQuery(_ query: String) -> String {
    let pairs = query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (parts[0], parts.count > 1 ? parts[1] : "")
    }
    return pairs.sorted { $0 < $1 }.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
  }

  private func signingKey(day: String) -> SymmetricKey {
    var key = SymmetricKey(data: Array("AWS4\(credentials.secretAccessKey.reveal())".utf8))
    for part in [day, region, service, "aws4_request"] {
      key = SymmetricKey(data: Array(authenticate(part, key: key)))
    }
    return key
  }

  private func authenticate(_ text: String, key: SymmetricKey) -> HMAC<SHA256>.MAC {
    HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
  }
}
