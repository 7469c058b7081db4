//  RequestHandle.swift - a request's name in the address bar, in place of its user code.
//
//  Knows: the code must not stay in history, and a handle must not be guessable: it is the code,
//  sealed, with what it is shown for. So nothing is stored, and two tabs can hold two requests.

internal import Crypto
internal import IdentityService

/// Turns user codes into handles and back.
struct RequestHandles: Sendable {
  private let key: SymmetricKey

  init(_ key: SymmetricKey) { self.key = key }

  /// A handle for a code that was right; differs at each call.
  func handle(for userCode: String) -> String { sealed("pending " + userCode) }

  /// A handle for what was decided: its page can be loaded again as long as the key lives.
  func handle(forDecided decision: Decision) -> String { sealed("decided " + decision.rawValue) }

  /// The code behind a handle; `nil` for any text that is none of ours.
  func userCode(behind handle: String?) -> String? { opened(handle, "pending ") }

  /// The decision behind a handle.
  func decision(behind handle: String?) -> Decision? {
    opened(handle, "decided ").flatMap(Decision.init)
  }

  private func sealed(_ text: String) -> String {
    let box = try? AES.GCM.seal(Array(text.utf8), using: key)
    // Sealing fails for wrong key sizes only; an empty handle is none of ours.
    return box?.combined.map { hexadecimal($0) } ?? ""
  }

  private func opened(_ handle: String?, _ purpose: String) -> String? {
    guard let handle, handle.utf8.count <= 200, let bytes = bytes(ofHex: handle),
      let box = try? AES.GCM.SealedBox(combined: bytes),
      let text = (try? AES.GCM.open(box, using: key)).map({ String(decoding: $0, as: UTF8.self) }),
      text.hasPrefix(purpose)
    else { return nil }
    return String(text.dropFirst(purpose.count))
  }
}
