//  CertificateFile.swift - whether a file holds certificates, as libcurl looks for them. Pure.

enum CertificateFile {
  private static let beginnings = ["", "TRUSTED ", "X509 "].map {
    Array("-----BEGIN \($0)CERTIFICATE-----".utf8)
  }

  /// Whether a line begins one; what it holds is not looked at.
  static func holdsAny(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while let mark = rest.firstIndex(of: UInt8(ascii: "-")) {
      let isFirst = mark == 0 || bytes[mark - 1] == 10 || bytes[mark - 1] == 13
      if isFirst, beginnings.contains(where: bytes[mark...].starts) { return true }
      rest = bytes[(mark + 1)...]
    }
    return false
  }
}
