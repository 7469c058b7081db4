//  QRCode.swift - QR codes through libqrencode, loaded when the first one is drawn.

import Platform
import SSOScript

/// Draws QR codes.
enum QRCode {
  private static let libraries = ["libqrencode.so.4", "libqrencode.4.dylib", "libqrencode.so"]
  private static let lengthLimit = 1000
  private static let quietZone = 2

  /// Draws `text` with two modules in each character.
  static func draw(_ text: String) throws(DoorError) -> String {
    guard text.utf8.count <= lengthLimit else {
      throw DoorError("the text is longer than \(lengthLimit) bytes")
    }
    return render(try modules(of: text))
  }

  private typealias Encode =
    @convention(c) (UnsafePointer<CChar>, Int32, Int32) -> UnsafeMutableRawPointer?
  private typealias Free = @convention(c) (UnsafeMutableRawPointer) -> Void

  /// The dark modules, row by row.
  private static func modules(of text: String) throws(DoorError) -> [[Bool]] {
    let library = unsafe libraries.lazy.compactMap { unsafe dlopen($0, RTLD_NOW) }.first
    guard let library = unsafe library,
      let encode = unsafe dlsym(library, "QRcode_encodeString8bit"),
      let release = unsafe dlsym(library, "QRcode_free")
    else {
      throw DoorError("libqrencode is not installed (Debian: libqrencode4, Homebrew: qrencode)")
    }
    let code = unsafe text.withCString { unsafe unsafeBitCast(encode, to: Encode.self)($0, 0, 1) }
    guard let code = unsafe code else { throw .system("QRcode_encodeString8bit") }
    defer { unsafe unsafeBitCast(release, to: Free.self)(code) }
    let width = unsafe Int(code.load(fromByteOffset: 4, as: Int32.self))
    let data = unsafe code.load(fromByteOffset: 8, as: UnsafePointer<UInt8>.self)
    return (0..<width).map { row in
      (0..<width).map { unsafe data[row * width + $0] & 1 == 1 }
    }
  }

  /// Light on dark, as terminals are: a dark module is a space.
  private static func render(_ modules: [[Bool]]) -> String {
    let width = modules.count
    func isDark(_ row: Int, _ column: Int) -> Bool {
      guard (0..<width).contains(row), (0..<width).contains(column) else { return false }
      return modules[row][column]
    }
    var text = ""
    for row in stride(from: -quietZone, to: width + quietZone, by: 2) {
      for column in -quietZone..<(width + quietZone) {
        switch (isDark(row, column), isDark(row + 1, column)) {
        case (false, false): text += "█"
        case (false, true): text += "▀"
        case (true, false): text += "▄"
        case (true, true): text += " "
        }
      }
      text += "\n"
    }
    return text
  }
}
