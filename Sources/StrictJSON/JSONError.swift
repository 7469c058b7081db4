//  JSONError.swift - why bytes are no acceptable JSON, or a value cannot be written.
//
//  Knows: place and rule. Never holds the bytes themselves: they may be a secret.

/// A failure to read or write JSON: the rule that was broken and the place, never the content.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The rule that was broken; open, so that new codes break nobody.
  public struct Code: Sendable, Hashable {
    /// The code as text, stable.
    public let rawValue: String

    /// Makes a code.
    public init(_ rawValue: String) { self.rawValue = rawValue }

    /// The input ends inside a value: it was cut off, or is empty.
    public static let unexpectedEnd = Self("unexpected end")
    /// A byte stands where JSON allows none such.
    public static let unexpectedByte = Self("unexpected byte")
    /// Something follows the value.
    public static let trailingBytes = Self("bytes after the value")
    /// An object names a member twice: which one counts would be a guess.
    public static let duplicateKey = Self("duplicate key")
    /// Nested deeper than ``JSONLimits/depth``.
    public static let tooDeep = Self("nested too deep")
    /// Longer than ``JSONLimits/size``.
    public static let tooLarge = Self("too large")
    /// More values and names than ``JSONLimits/parts``.
    public static let tooManyParts = Self("too many parts")
    /// The bytes are not UTF-8.
    public static let invalidUTF8 = Self("invalid UTF-8")
    /// An escape `\uD800`–`\uDFFF` without its other half.
    public static let loneSurrogate = Self("lone surrogate")
    /// A control character inside a string that is not escaped.
    public static let controlCharacter = Self("control character in a string")
    /// An unknown escape after a backslash.
    public static let invalidEscape = Self("invalid escape")
    /// Not a number by JSON's grammar (`01`, `1.`, `.5`, `+1`).
    public static let invalidNumber = Self("invalid number")
    /// An integer that does not fit 64 bits, or a number too large for a double.
    public static let numberOutOfRange = Self("number out of range")
    /// NaN or an infinity was to be written.
    public static let notFinite = Self("not a finite number")
  }

  /// The rule that was broken.
  public let code: Code
  /// Bytes before the place; `nil` when writing.
  public let offset: Int?
  /// The place as a path (`scopes[2].x`), empty at the top; odd names show as `?`.
  public internal(set) var path: String

  init(_ code: Code, offset: Int? = nil, path: String = "") {
    self.code = code
    self.offset = offset
    self.path = path
  }

  /// One line: rule and place.
  public var description: String {
    let place = offset.map { " at byte \($0)" } ?? ""
    return path.isEmpty ? "\(code.rawValue)\(place)" : "\(code.rawValue)\(place) (\(path))"
  }

  /// The same error, seen from the object around it.
  func under(_ key: String) -> Self {
    var outer = self
    let name = key.isPlainName ? key : "?"
    outer.path = path.isEmpty || path.first == "[" ? name + path : "\(name).\(path)"
    return outer
  }

  /// The same error, seen from the array around it.
  func under(_ index: Int) -> Self {
    var outer = self
    outer.path = path.isEmpty || path.first == "[" ? "[\(index)]\(path)" : "[\(index)].\(path)"
    return outer
  }
}

/// What one document may use.
///
/// A limit reached is an error that names the limit.
public struct JSONLimits: Sendable, Equatable {
  /// Arrays and objects around a value, at most.
  public var depth: Int
  /// Bytes of the whole document, at most.
  public var size: Int
  /// Values, and names of members, at most; for who cannot take any number of them.
  public var parts = Int.max
  /// Whether a number beyond 64 bits or a double is kept as it is written, and not refused.
  public var keepsLargeNumbers = false

  /// The usual ones for what others write, whose numbers may have any length.
  public static let foreign: JSONLimits = {
    var limits = JSONLimits()
    limits.keepsLargeNumbers = true
    return limits
  }()

  /// Makes limits: 64 levels and 16 MiB unless told.
  public init(depth: Int = 64, size: Int = 16 << 20) {
    self.depth = depth
    self.size = size
  }
}

extension String {
  /// Short and made of letters, digits, `_` and `-`: safe to print, and no place for a secret.
  fileprivate var isPlainName: Bool {
    (1...40).contains(utf8.count)
      && utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D: true
        default: false
        }
      }
  }
}
