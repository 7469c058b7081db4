//  TimestampTests.swift - dates in and out.

import Testing

@testable import SSOOIDC

@Suite struct `A timestamp` {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00Z", 0, 0), ("2030-01-02T03:04:05Z", 1_893_553_445, 0),
      ("2030-01-02T03:04:05UTC", 1_893_553_445, 0), ("2030-01-02t03:04:05z", 1_893_553_445, 0),
      ("2030-01-02 03:04:05+00:00", 1_893_553_445, 0),
      ("2030-01-01T19:04:05-08:00", 1_893_553_445, 0),
      ("2030-01-02T08:49:05+0545", 1_893_553_445, 0),
      ("2030-01-02T03:04:05.001Z", 1_893_553_445, 1_000_000),
      ("2030-01-02T03:04:05.1234567899Z", 1_893_553_445, 123_456_789),
      ("2016-12-31T23:59:60Z", 1_483_228_800, 0), ("2024-02-29T00:00:00Z", 1_709_164_800, 0),
      ("2000-02-29T12:00:00Z", 951_825_600, 0), ("1969-12-31T23:59:59Z", -1, 0),
      ("2038-01-19T03:14:08Z", 2_147_483_648, 0), ("9999-12-31T23:59:59Z", 253_402_300_799, 0),
      ("0001-01-01T00:00:00Z", -62_135_596_800, 0),
    ] as [(String, Int64, Int32)])
  func `K06 is read from the dates our neighbours write`(
    text: String, seconds: Int64, nanoseconds: Int32
  ) {
    #expect(Timestamp(rfc3339: text) == Timestamp(seconds: seconds, nanoseconds: nanoseconds))
  }

  @Test(arguments: [
    "", "2030-01-02", "2030-01-02T03:04:05", "2030-13-02T03:04:05Z", "2030-02-29T00:00:00Z",
    "2100-02-29T00:00:00Z", "2030-01-02T24:00:00Z", "2030-01-02T03:60:05Z", "2030-01-02T03:04:61Z",
    "2030-01-02T03:04:05.Z", "2030-01-02T03:04:05Zx", "2030-01-02T03:04:05PST",
    "2030-01-02T03:04:05+25:00", "+030-01-02T03:04:05Z", "2030-00-02T03:04:05Z",
    "2030-01-00T03:04:05Z", "203-01-02T03:04:05Z", "10000-01-01T00:00:00Z",
    "٢٠٣٠-01-02T03:04:05Z",
  ])
  func `is not read from other text`(text: String) {
    #expect(Timestamp(rfc3339: text) == nil)
  }

  @Test(
    arguments: [
      ("9999-12-31T23:59:59Z", 253_402_300_799), ("10000-01-01T00:00:00Z", 253_402_300_800),
      ("999999-12-31T23:59:59Z", 31_494_784_780_799), ("1000000-01-01T00:00:00Z", nil),
    ] as [(String, Int64?)])
  func `K06 is read from a cached date beyond the year 9999`(text: String, seconds: Int64?) {
    let read = Timestamp(rfc3339: text, yearDigits: 4...6)
    #expect(read == seconds.map { Timestamp(seconds: $0) })
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (1_893_553_445, "2030-01-02T03:04:05Z"),
      (-1, "1969-12-31T23:59:59Z"), (951_825_600, "2000-02-29T12:00:00Z"),
      (253_402_300_799, "9999-12-31T23:59:59Z"), (.max, "9999-12-31T23:59:59Z"),
      (.min, "0000-01-01T00:00:00Z"),
    ] as [(Int64, String)])
  func `is written as whole seconds of UTC`(seconds: Int64, text: String) {
    #expect(Timestamp(seconds: seconds, nanoseconds: 999_999_999).rfc3339 == text)
  }

  @Test func `survives being written and read on every day of 800 years`() {
    for day in Int64(-146_097)..<146_097 {
      let time = Timestamp(seconds: day * 86_400 + 3_661)
      #expect(Timestamp(rfc3339: time.rfc3339) == time)
    }
  }

  @Test func `K06 ends where its numbers end`() {
    let (first, last) = (Timestamp(seconds: .min), Timestamp(seconds: .max))
    #expect((last + .seconds(5)).seconds == .max)
    #expect((first + .seconds(-5)).seconds == .min)
    #expect((last + .seconds(Int64.max) * 9).seconds == .max)
    #expect((last + .seconds(Int64.min) * 9).seconds == 0)
    #expect((Timestamp(seconds: .max, nanoseconds: 999_999_999) + .nanoseconds(1)).seconds == .max)
    #expect(last - first == .seconds(Int64.max))
    #expect(first - last == .seconds(Int64.min))
    #expect(Timestamp(seconds: .max) - Timestamp(seconds: 1) == .seconds(Int64.max - 1))
  }

  @Test func `is written without signs for signatures`() {
    #expect(Timestamp(seconds: 1_893_553_445).sigV4 == "20300102T030405Z")
  }

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func `is read from all three dates of HTTP`(text: String) {
    #expect(Timestamp(httpDate: text) == Timestamp(seconds: 784_111_777))
  }

  @Test(arguments: [
    "", "120", "Sun, 06 Nov 1994 08:49:37 PST", "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 06 Nox 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT!",
  ])
  func `is not read from other text in a header`(text: String) {
    #expect(Timestamp(httpDate: text) == nil)
  }
}

@Suite struct `A pause asked for` {
  static let now = Timestamp(seconds: 784_111_777)

  @Test(
    arguments: [
      (["Retry-After": "120"], .seconds(120)), (["retry-after": "0"], .zero),
      (["x-amz-retry-after": "1500", "Retry-After": "9"], .milliseconds(1500)),
      (["Retry-After": "Sun, 06 Nov 1994 08:50:37 GMT"], .seconds(60)),
      (
        ["Retry-After": "Sun, 06 Nov 1994 08:50:37 GMT", "Date": "Sun, 06 Nov 1994 08:50:07 GMT"],
        .seconds(30)
      ),
    ] as [(HTTPHeaders, Duration)])
  func `H03 is read as seconds, milliseconds or a date`(headers: HTTPHeaders, pause: Duration) {
    #expect(RetryAfter.read(headers, now: Self.now) == pause)
  }

  @Test(arguments: ["-1", "", "soon", "1.5", "Sun, 06 Nov 1994 08:49:36 GMT"])
  func `H04 is ignored when it makes no sense`(text: String) {
    #expect(RetryAfter.read(["Retry-After": text], now: Self.now) == nil)
  }

  @Test(arguments: ["1000000000", "99999999999999999999999999"])
  func `H04 never overflows`(text: String) throws {
    let pause = try #require(RetryAfter.read(["Retry-After": text], now: Self.now))

    #expect(pause >= .seconds(1_000_000_000))
  }
}
