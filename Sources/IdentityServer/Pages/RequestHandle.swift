//  RequestHandle.swift - a request's name in the address bar, in place of its user code.
//
//  Knows: the code must not stay in history, and a handle must not be guessable: it is the code,
//  sealed. So nothing is stored, and two tabs can hold two requests.

internal import Crypto

/// Turns user codes into handles and back; handles die with the server.
struct RequestHandles: Sendable {
  private let key = SymmetricKey(size: .bits256)

  /// A handle for a code that was right; differs at each call.
  func handle(for userCode: String) -> String? {
    (try? AES.GCM.seal(Array(userCode.utf8), using: key).combined).map { hex($0) }
  }

  /// The code behind a handle; `nil` for any text that is none of ours.
  func userCode(behind handle: String) -> String? {
    guard handle.utf8.count <= 200, let bytes = bytes(ofHex: handle),
      let box = try? AES.GCM.SealedBox(combined: bytes),
      let code = try? AES.GCM.open(box, using: key)
    else { return nil }
    return String(decoding: code, as: UTF8.self)
  }

  private func bytes(ofHex text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap(hexValue)
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
