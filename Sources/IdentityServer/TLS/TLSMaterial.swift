//  TLSMaterial.swift - a certificate for this run of the server, and the CA that vouches for it.
//
//  Knows: what makes a certificate good or bad (TLSVariant), and where clients find the CA.
//  Does not know: connections (ServiceChannel).

#if Server
  internal import Crypto
  internal import Foundation
  internal import IdentityService
  internal import NIOCore
  internal import NIOSSL
  internal import SwiftASN1
  internal import X509

  /// What a server needs for TLS; keys live in memory only.
  struct TLSMaterial: Sendable {
    let context: NIOSSLContext
    /// The announced CA's certificate as PEM.
    let caFile: String

    /// Makes the certificates and writes the CA's.
    ///
    /// - Parameters:
    ///   - variant: Good or bad, and how.
    ///   - host: The bound host; `localhost` and the loopback addresses are always named.
    /// - Throws: ``LocalServerError``.
    init(_ variant: TLSVariant, host: String) throws(LocalServerError) {
      let folder = FileManager.default.temporaryDirectory.path
      caFile = "\(folder)/ssoscript-ca-\(hexadecimal(systemRandomBytes(8))).pem"
      do {
        let announced = try Authority()
        let signer = variant == .unknownCA ? try Authority() : announced
        let leaf = try signer.certificate(variant, host: host)
        var configuration = TLSConfiguration.makeServerConfiguration(
          certificateChain: [
            .certificate(try NIOSSLCertificate(bytes: Array(leaf.certificate.utf8), format: .pem))
          ],
          privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(leaf.key.utf8), format: .pem)))
        configuration.minimumTLSVersion = .tlsv12
        // A client that keeps a connection and does not look at it would keep the server from ending.
        configuration.shutdownTimeout = .milliseconds(500)
        configuration.applicationProtocols = ["http/1.1"]
        context = try NIOSSLContext(configuration: configuration)
        try PrivateFile.write(announced.pem, to: caFile)
      } catch {
        throw error as? LocalServerError
          ?? LocalServerError(code: .tls, description: "no certificate could be made: \(error)")
      }
    }

    /// Removes the CA's certificate at the end.
    func removeFiles() { try? FileManager.default.removeItem(atPath: caFile) }
  }

  /// A certificate authority that lives as long as this value.
  private struct Authority {
    private let key = P256.Signing.PrivateKey()
    private let certificate: Certificate
    let pem: String

    init() throws {
      let name = try DistinguishedName { CommonName("ssoscript test CA (trust it for tests only)") }
      let publicKey = Certificate.PublicKey(key.publicKey)
      certificate = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
        notValidBefore: Date() - Self.day, notValidAfter: Date() + 90 * Self.day, issuer: name,
        subject: name, signatureAlgorithm: .ecdsaWithSHA256,
        extensions: try Certificate.Extensions {
          Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
          Critical(KeyUsage(keyCertSign: true, cRLSign: true))
          SubjectKeyIdentifier(hash: publicKey)
        }, issuerPrivateKey: Certificate.PrivateKey(key))
      pem = try certificate.serializeAsPEM().pemString + "\n"
    }

    func certificate(
      _ variant: TLSVariant, host: String
    ) throws -> (certificate: String, key: String) {
      let leafKey = P256.Signing.PrivateKey()
      let isExpired = variant == .expired
      let leaf = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(),
        publicKey: Certificate.PublicKey(leafKey.publicKey),
        notValidBefore: Date() - (isExpired ? 30 : 1) * Self.day,
        notValidAfter: Date() + (isExpired ? -1 : 90) * Self.day, issuer: certificate.subject,
        subject: try DistinguishedName { CommonName("ssoscript serve") },
        signatureAlgorithm: .ecdsaWithSHA256,
        extensions: try Certificate.Extensions {
          Critical(BasicConstraints.notCertificateAuthority)
          Critical(KeyUsage(digitalSignature: true))
          try ExtendedKeyUsage([.serverAuth])
          SubjectAlternativeNames(Self.names(variant, host: host))
          AuthorityKeyIdentifier(
            keyIdentifier: SubjectKeyIdentifier(
              hash: Certificate.PublicKey(key.publicKey)
            ).keyIdentifier)
        }, issuerPrivateKey: Certificate.PrivateKey(key))
      return (try leaf.serializeAsPEM().pemString, leafKey.pemRepresentation)
    }

    private static func names(_ variant: TLSVariant, host: String) -> [GeneralName] {
      guard variant != .wrongHost else { return [.dnsName("wrong-host.invalid")] }
      let loopback: [[UInt8]] = [
        [127, 0, 0, 1], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      ]
      let addresses = loopback.map { GeneralName.ipAddress(ASN1OctetString(contentBytes: $0[...])) }
      return [.dnsName("localhost")] + addresses + boundName(host)
    }

    private static func boundName(_ host: String) -> [GeneralName] {
      let octets = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
      if octets.count == 4, !octets.contains(nil) {
        return [.ipAddress(ASN1OctetString(contentBytes: octets.compactMap(\.self)[...]))]
      }
      return host.contains(":") ? [] : [.dnsName(host)]
    }

    private static let day: TimeInterval = 86_400
  }
#endif
