//  ModuleLoader.swift - what `require` finds: Lua files below the script's folders.

import LuaEngine

/// A module's file.
struct FoundModule {
  var source: LuaValue
  /// Below its root.
  var name: String
  /// Canonical.
  var path: String
}

/// Finds the source of a module.
struct ModuleLoader {
  private static let sizeLimit = 1 << 20
  let host: ScriptHost

  /// The file of the module `name`.
  func load(_ name: LuaValue) throws(ScriptFailure) -> FoundModule {
    guard case .string(let name) = name else {
      throw .misuse("require: expected the name of a module, got \(name.typeName)")
    }
    guard Self.isModuleName(name) else {
      throw .misuse(
        "require: module names are letters, digits and _ in parts joined by dots, "
          + "got \"\(PrintableText.escaped(name, limit: 60))\"")
    }
    let relative = name.split(separator: ".").joined(separator: "/")
    var tried: [String] = []
    for root in host.options.moduleRoots {
      for candidate in ["\(relative).lua", "\(relative)/init.lua"] {
        if let module = try read(root, candidate) { return module }
        tried.append("\n\tno file '\(candidate)'")
      }
    }
    throw .misuse("module '\(name)' not found:\(tried.joined())")
  }

  /// A link that leads out of the root is as good as absent; a file that is there must be readable.
  private func read(_ root: String, _ relative: String) throws(ScriptFailure) -> FoundModule? {
    let path = host.world.files.canonical("\(root)/\(relative)")
    guard SystemPath.isBelow(path, root) else { return nil }
    do throws(DoorError) {
      let source = try host.world.files.read(path, limit: Self.sizeLimit)
      try Self.check(source, relative)
      let text = LuaValue(bytes: ScriptText.withoutShebang(source))
      return FoundModule(source: text, name: relative, path: path)
    } catch {
      guard Self.absent.contains(error.cause) else {
        throw .misuse("require: \(error.message.replacing(path, with: relative))")
      }
      return nil
    }
  }

  private static let absent: Set<DoorError.Cause> = [.noEntry, .notDirectory, .isDirectory]

  private static func check(_ source: [UInt8], _ name: String) throws(DoorError) {
    do throws(LuaFailure) { try ScriptText.check(source, name: "@\(name)") } catch {
      throw DoorError(error.message)
    }
  }

  private static func isModuleName(_ name: String) -> Bool {
    name.utf8.count <= 200
      && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
        !part.isEmpty
          && part.utf8.allSatisfy {
            $0 == UInt8(ascii: "_") || (48...57).contains($0) || (65...90).contains($0)
              || (97...122).contains($0)
          }
      }
  }
}
