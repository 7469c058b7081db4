//  SignatureCheck.swift - whether a signed request may come in (AWS-04).
//
//  Knows: which keys are good, from when to when, and for which region and service.
//  Does not know: how a signature is made (Signature).

internal import StrictJSON

/// Checks signatures against the keys of the directory; without keys, only their form, service and
/// region.
struct SignatureCheck {
  private let configuration: ServiceConfiguration

  init(_ configuration: ServiceConfiguration) { self.configuration = configuration }

  func check(_ request: ServiceRequest, at time: ServiceTime) throws(ServiceError) {
    guard let header = request.headers["authorization"] else { throw .signatureMissing }
    guard let signed = SignatureHeader(header), let date = request.headers["x-amz-date"],
      let moment = ServiceTime(signatureDate: date), date.hasPrefix(signed.date),
      Set(signed.signedHeaders).isSuperset(of: ["host", "x-amz-date"])
    else { throw .signatureIncomplete }
    try checkScope(signed)
    guard !configuration.directory.accessKeys.isEmpty else { return }
    try checkTime(moment, at: time)
    try checkKey(signed, request)
  }

  private func checkScope(_ signed: SignatureHeader) throws(ServiceError) {
    guard signed.service == "sso-oauth" else {
      throw .signatureWrong("Credential should be scoped to correct service: sso-oauth.")
    }
    guard signed.region == configuration.region else {
      throw .otherRegion(endpoint: configuration.origin, region: configuration.region)
    }
  }

  private func checkTime(_ moment: ServiceTime, at time: ServiceTime) throws(ServiceError) {
    guard let tolerance = configuration.signatureTolerance else { return }
    let age = time - moment
    guard age <= tolerance else { throw .signatureWrong("Signature expired") }
    guard age >= .zero - tolerance else { throw .signatureWrong("Signature not yet current") }
  }

  private func checkKey(
    _ signed: SignatureHeader, _ request: ServiceRequest
  ) throws(ServiceError) {
    let sessionToken = request.headers["x-amz-security-token"]
    guard let key = configuration.directory.accessKeys.first(where: { $0.id == signed.keyID }),
      SecretHash(of: key.sessionToken ?? "") == SecretHash(of: sessionToken ?? "")
    else { throw .keyUnknown }
    let isSigned = sessionToken == nil || signed.signedHeaders.contains("x-amz-security-token")
    let expected = signed.expected(for: request, secret: key.secret)
    guard isSigned, SecretHash(of: expected) == SecretHash(of: signed.signature) else {
      throw .signatureWrong(
        "The request signature we calculated does not match the signature you provided.")
    }
  }
}

extension ServiceTime {
  /// Reads `20260101T000042Z`.
  fileprivate init?(signatureDate text: String) {
    let digits = Array(text)
    guard digits.count == 16, digits[8] == "T", digits[15] == "Z" else { return nil }
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    self.init(
      internetDate: "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T"
        + "\(part(9..<11)):\(part(11..<13)):\(part(13..<15))Z")
  }
}

extension ServiceError {
  static let signatureMissing = frontEnd(
    "MissingAuthenticationTokenException", "Missing Authentication Token")
  static let signatureIncomplete = frontEnd(
    "IncompleteSignatureException",
    "Authorization needs Credential, SignedHeaders with host and x-amz-date, and Signature")
  static let keyUnknown = frontEnd(
    "UnrecognizedClientException", "The security token included in the request is invalid.")

  static func signatureWrong(_ description: String) -> Self {
    frontEnd("InvalidSignatureException", description)
  }

  static func otherRegion(endpoint: String, region: String) -> Self {
    var error = Self(
      "InvalidRequestRegionException", "invalid_request",
      "The request was signed for another region")
    error.details = ["endpoint": .string(endpoint), "region": .string(region)]
    return error
  }

  private static func frontEnd(_ shape: String, _ description: String) -> Self {
    Self(shape, "access_denied", status: 403, description, style: .frontEnd)
  }
}
