//  EmptyOptionTests.swift - which words of a command line are options without their value.

import Testing

@testable import SSOScript

@Suite struct `An option with nothing behind its =` {
  @Test(arguments: ["--record=", "--nobody=", "-e="])
  func `is refused by its name`(word: String) {
    #expect(EmptyOption.complaint(["a", word, "b"]) == "\(word) has no value.")
  }

  @Test(arguments: [
    ["--record", "a"], ["--record", ""], ["--record=a"], ["--var=k="], ["k="], ["=", "-", ""],
    ["--", "--record="],
  ])
  func `is nothing else`(words: [String]) {
    #expect(EmptyOption.complaint(words) == nil)
  }
}
