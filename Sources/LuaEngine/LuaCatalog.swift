//  LuaCatalog.swift - functions, classes and constants described once, for any number of machines.

import CLua

/// Answers a call of one function of a catalog, by its place there.
public typealias LuaCatalogFunction = (
  _ place: Int, _ arguments: borrowing LuaArguments
) throws(LuaRaise) -> LuaAnswer

/// Names of host functions; what they do, each machine is told by itself.
@safe public final class LuaCatalog: Sendable {
  /// One function.
  public struct Entry: Sendable {
    let name: String
    let container: String
    let isMethod: Bool
    let options: LuaFunctionOptions

    /// - Parameters:
    ///   - name: What scripts call it.
    ///   - container: As in ``LuaMachine/define(_:in:options:_:)``.
    ///   - isMethod: Whether the container is a class.
    ///   - options: How arguments arrive and whether it may suspend.
    public init(
      _ name: String, in container: String, isMethod: Bool, options: LuaFunctionOptions
    ) {
      (self.name, self.container) = (name, container)
      (self.isMethod, self.options) = (isMethod, options)
    }

    fileprivate var shown: String {
      if container == "_G" { return name }
      let path = container.hasPrefix("_G.") ? String(container.dropFirst(3)) : container
      return path + (isMethod ? ":" : ".") + name
    }
  }

  /// Held as a number: a pointer could not say that nobody writes there any more.
  private let address: UInt

  /// Describes functions; without memory for all of them there are none, since each is known by its
  /// place.
  ///
  /// - Parameters:
  ///   - entries: The functions.
  ///   - describe: Defines classes, and constants that are no objects, on a machine that is never opened.
  public init(_ entries: [Entry], _ describe: (LuaMachine) -> Void = { _ in }) {
    guard let pointer = unsafe clua_catalog_create() else {
      address = 0
      return
    }
    let isWhole = entries.allSatisfy { entry in
      unsafe clua_catalog_add(
        pointer, entry.container, entry.name, entry.shown, entry.options.rawValue)
    }
    guard isWhole, let scratch = try? LuaMachine(seed: 0, pool: LuaPool()) else {
      unsafe clua_catalog_destroy(pointer)
      address = 0
      return
    }
    describe(scratch)
    unsafe scratch.giveDescription(to: pointer)
    address = UInt(bitPattern: pointer)
  }

  deinit { if let pointer = unsafe pointer { unsafe clua_catalog_destroy(pointer) } }

  var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: address) }
}
