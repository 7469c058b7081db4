//  TextPieces.swift - bytes as the characters that they are, with those between that are none. Pure.

/// A character of UTF-8, or a byte that belongs to none.
enum TextPiece: Equatable {
  case scalar(Unicode.Scalar)
  case byte(UInt8)
}

/// All of them, in order.
struct TextPieces: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private var rest: [UInt8].Iterator
  private var parser = Unicode.UTF8.ForwardParser()
  private var place = 0
  /// The end of what is no character.
  private var wrongEnd = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    rest = bytes.makeIterator()
  }

  mutating func next() -> TextPiece? {
    if place == wrongEnd {
      switch parser.parseScalar(from: &rest) {
      case .emptyInput: return nil
      case .error(let length): wrongEnd = place + length
      case .valid(let encoded):
        place += encoded.count
        wrongEnd = place
        return .scalar(UTF8.decode(encoded))
      }
    }
    place += 1
    return .byte(bytes[place - 1])
  }
}
