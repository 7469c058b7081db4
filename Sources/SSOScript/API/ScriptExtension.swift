//  ScriptExtension.swift - functions that the host of one run adds beside `sso`.

package import LuaEngine

/// Lua functions of a host, declared as the API's own are: arguments are checked before a body runs,
/// and a body that has to wait asks for an effect.
package protocol ScriptExtension: Sendable {
  /// Classes whose methods are among the functions.
  var classes: [String] { get }
  /// What is bound before the script starts.
  var functions: [APIFunction] { get }
  /// Performs ``Effect/extended(_:_:)``.
  ///
  /// - Returns: What the script's call returns.
  func perform(
    _ name: String, _ arguments: [LuaValue]
  ) async throws(ScriptFailure) -> [LuaValue]
}
