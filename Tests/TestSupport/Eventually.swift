//  Eventually.swift - waiting for what nobody announces.

/// Waits until something is so.
///
/// What never comes fails its test instead of hanging it; a time limit of the test would only say so, as
/// a loop that looks at nothing else cannot be ended from outside.
///
/// - Parameters:
///   - limit: Far more than the slowest machine needs.
///   - isSo: Looked at again and again, with other tasks in between.
/// - Throws: ``TestSupportError`` at the limit, `CancellationError`, and what `isSo` throws.
package func eventually(
  within limit: Duration = .seconds(300), _ isSo: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + limit
  while try await !isSo() {
    try Task.checkCancellation()
    guard ContinuousClock.now < end else {
      throw TestSupportError("what the test waits for has not come in \(limit)")
    }
    await Task.yield()
  }
}
