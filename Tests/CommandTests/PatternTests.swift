import Testing

@Suite struct `A pattern` {
  @Test(arguments: [
    ("a\n", "a\n"), ("~~~\n", "a\n"), ("a~~~\n", "abc\n"), ("a~~~\n", "a\n"),
    ("~~~b~~~d\n", "abcd\n"), ("a\n~~~\n", "a\nb\nc\n"), ("a\n~~~\nc\n", "a\nc\n"), ("~~~", ""),
  ])
  func `matches what differs only in its gaps`(pattern: String, text: String) {
    #expect(Pattern(pattern).matches(text))
  }

  @Test(arguments: [
    ("a\n", "a"), ("", "a\n"), ("a\n", ""), ("a~~~\n", "ba\n"), ("a~~~c\n", "ab\nc\n"),
    ("~~~ab~~~ab\n", "ab\n"), ("a\n~~~\nc\n", "a\nb\n"), ("a\n", "a\nb\n"),
  ])
  func `matches nothing else`(pattern: String, text: String) {
    #expect(!Pattern(pattern).matches(text))
  }
}
