//  LuaCoverage.swift - which lines of which files ran, in any number of machines.
//
//  Knows: counts go up while scripts run; nothing has to be collected from a machine that ends.
//  Does not know: which files count, how a report looks.

import CLua

/// Counts how often lines run, for all machines that are given it.
///
/// For the machines of one thread, and for reading there, too.
@safe public final class LuaCoverage: Sendable {
  /// Held as a number, because a pointer could not say that it stays on one thread.
  private let address: UInt

  /// Makes one that has seen nothing.
  ///
  /// - Throws: ``LuaFailure`` when there is no memory for it.
  public init() throws(LuaFailure) {
    guard let pointer = unsafe clua_coverage_create() else { throw .outOfMemory }
    address = UInt(bitPattern: pointer)
  }

  deinit { unsafe clua_coverage_destroy(pointer) }

  var pointer: OpaquePointer? { unsafe OpaquePointer(bitPattern: address) }

  /// Every file that was loaded, by the name that ``LuaMachine/expect(file:)`` gave: how often each
  /// of its lines with code ran, by number.
  public var files: [String: [Int: Int]] {
    var files: [String: [Int: Int]] = [:]
    var index = 0
    while let path = unsafe clua_coverage_path(pointer, index) {
      files[unsafe String(cString: path)] = lines(of: index)
      index += 1
    }
    return files
  }

  private func lines(of index: Int) -> [Int: Int] {
    var count = 0
    guard let hits = unsafe clua_coverage_hits(pointer, index, &count) else { return [:] }
    var lines: [Int: Int] = [:]
    for number in 0..<count where unsafe hits[number] >= 0 {
      lines[number + 1] = unsafe Int(hits[number])
    }
    return lines
  }
}
