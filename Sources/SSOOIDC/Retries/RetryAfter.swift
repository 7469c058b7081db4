//  RetryAfter.swift - how long the service asks to wait.
//
//  Knows: `x-amz-retry-after` (milliseconds), `Retry-After` (seconds or a date). Pure.

/// The service's wish for a pause.
enum RetryAfter {
  /// The longest pause that is understood; callers clamp further (H04).
  private static let longest = Duration.seconds(100 * 365 * 86_400)

  /// Reads the wish; `nil` when there is none, or a senseless one (negative, a past date).
  static func read(_ headers: HTTPHeaders, now: Timestamp) -> Duration? {
    if let text = headers["x-amz-retry-after"], let number = wholeNumber(text) {
      return min(.milliseconds(number), longest)
    }
    guard let text = headers["Retry-After"] else { return nil }
    if let number = wholeNumber(text) { return min(.seconds(number), longest) }
    guard let date = Timestamp(httpDate: text) else { return nil }
    let base = headers["Date"].flatMap { Timestamp(httpDate: $0) } ?? now
    return date > base ? .seconds(date.seconds - base.seconds) : nil
  }

  /// A number of digits only; more than fit stand for the longest pause.
  private static func wholeNumber(_ text: String) -> Int64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return min(Int64(text) ?? .max, 100_000_000_000_000)
  }
}
