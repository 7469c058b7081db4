//  ScenarioLibrary+Spellings.swift - other names of assertions, for hands that are used to busted.

internal import SSOScript

extension ScenarioLibrary {
  /// The assertions about values under the names that luassert has for them, too.
  func spellings(of assertions: [APIFunction]) -> [APIFunction] {
    Self.spellings.flatMap { container, names in
      names.compactMap { spelling, name in
        var function = assertions.first { $0.name == name }
        function?.container = container
        function?.name = spelling
        return function
      }
    }
  }

  private static let spellings: [(String, KeyValuePairs<String, String>)] = [
    (
      "_G.assert",
      [
        "equals": "equal", "not_equal": "not_same", "not_equals": "not_same",
        "is_truthy": "truthy", "is_falsy": "falsy", "has_errors": "has_error",
        "has_no_errors": "has_no_error",
      ]
    ),
    ("_G.assert.are", positive), ("_G.assert.are_not", negative),
    ("_G.assert.is", positive), ("_G.assert.is_not", negative),
    ("_G.assert.has", positive), ("_G.assert.has_no", negative),
  ]

  private static let positive: KeyValuePairs = [
    "same": "same", "equal": "equal", "equals": "equal", "truthy": "truthy", "falsy": "falsy",
    "error": "has_error", "errors": "has_error",
  ]

  private static let negative: KeyValuePairs = [
    "same": "not_same", "equal": "not_same", "equals": "not_same", "truthy": "falsy",
    "falsy": "truthy", "error": "has_no_error", "errors": "has_no_error",
  ]
}
