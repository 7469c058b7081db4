//  CalendarTextTests.swift - time as text.

import IdentityService
import Testing

@Suite struct `Service time` {
  @Test(arguments: [
    (0, "Thu, 01 Jan 1970 00:00:00 GMT", "1970-01-01T00:00:00Z"),
    (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT", "2000-02-28T23:59:59Z"),
    (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT", "2000-02-29T00:00:00Z"),
    (1_767_225_642, "Thu, 01 Jan 2026 00:00:42 GMT", "2026-01-01T00:00:42Z"),
    (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 GMT", "2100-02-28T23:59:59Z"),
    (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT", "2100-03-01T00:00:00Z"),
  ])
  func `is written and read`(seconds: Int, http: String, internet: String) {
    let time = ServiceTime(sinceEpoch: .seconds(seconds))

    #expect(time.httpDate == http)
    #expect(ServiceTime(internetDate: internet) == time)
  }

  @Test func `shows milliseconds in journals`() {
    let time = ServiceTime(sinceEpoch: .milliseconds(1_767_225_642_007))

    #expect(time.internetDate == "2026-01-01T00:00:42.007Z")
  }

  @Test(arguments: [
    "", "2026-01-01", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
    "2026-01-01 00:00:00Z", "2026-01-01T00:00:00+00:00", "2026-01-00T00:00:00Z",
  ])
  func `other texts are no time`(text: String) {
    #expect(ServiceTime(internetDate: text) == nil)
  }
}
