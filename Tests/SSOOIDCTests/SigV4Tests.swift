//  SigV4Tests.swift - signatures against botocore's own signer.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `A SigV4 signature` {
  @Test func `is the one botocore makes`() throws {
    let cases = try fixture("sigv4")["cases"].elements
    #expect(cases.count == 14)

    for row in cases {
      let credentials = AWSCredentials(
        accessKeyID: "AKIDEXAMPLE", secretAccessKey: Secret(row["secretAccessKey"].text),
        sessionToken: row["sessionToken"].asString.map { Secret($0) })
      var request = HTTPRequest(
        method: "POST", url: row["url"].text, headers: ["Content-Type": "application/json"],
        body: Array(row["body"].text.utf8))

      SigV4(credentials: credentials, region: row["region"].text, service: "sso-oauth")
        .sign(&request, at: try #require(Timestamp(sigV4: row["date"].text)))

      #expect(request.headers["Authorization"] == row["authorization"].text)
      #expect(
        request.headers.map { $0.name.lowercased() }.sorted()
          == row["headers"].elements.map(\.text))
    }
  }

  @Test func `goes on CreateTokenWithIAM alone`() async throws {
    let body = #"{"accessToken":"a"}"#
    let transport = Replying(status: 200, headers: ["Content-Type": "application/json"], body: body)
    let client = try client(transport) {
      $0.credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "keysecret")
    }

    _ = try await client.call(.createTokenWithIAM, ["clientId": "arn", "grantType": "x"])
    _ = try await client.call(.createToken, devicePoll)

    let signed = try #require(transport.requests.first)
    #expect(signed.url == "http://127.0.0.1:8087/token?aws_iam=t")
    #expect(signed.headers["X-Amz-Date"] == "20300101T000000Z")
    #expect(
      signed.headers["Authorization"]?.hasPrefix(
        "AWS4-HMAC-SHA256 Credential=AKID/20300101/eu-west-1/sso-oauth/aws4_request, "
          + "SignedHeaders=content-type;host;x-amz-date, Signature=") == true)
    #expect(transport.requests.last?.headers["Authorization"] == nil)
  }

  @Test func `needs credentials`() async throws {
    let transport = Replying(status: 200, body: "{}")
    let client = try client(transport)

    let error = await #expect(throws: SSOError.self) {
      try await client.call(.createTokenWithIAM, ["clientId": "arn", "grantType": "x"])
    }

    #expect(error?.code == .noCredentials)
    #expect(transport.requests.isEmpty)
  }

  @Test func `takes its keys from the environment when both are there`() {
    let full = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": ""]

    #expect(
      AWSCredentials { full[$0] } == AWSCredentials(accessKeyID: "a", secretAccessKey: "s"))
    #expect(AWSCredentials { $0 == "AWS_ACCESS_KEY_ID" ? "a" : nil } == nil)
  }
}

extension Timestamp {
  /// Reads `20300102T030405Z`.
  fileprivate init?(sigV4 text: String) {
    let digits = Array(text)
    guard digits.count == 16 else { return nil }
    let parts = [0..<4, 4..<6, 6..<8, 9..<11, 11..<13, 13..<15].map { String(digits[$0]) }
    self.init(
      rfc3339: "\(parts[0])-\(parts[1])-\(parts[2])T\(parts[3]):\(parts[4]):\(parts[5])Z")
  }
}
