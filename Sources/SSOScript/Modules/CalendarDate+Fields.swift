//  CalendarDate+Fields.swift - os.time: what a table of fields means in a zone. Pure.

import LuaEngine
import SSOOIDC

extension CalendarDate {
  /// The date in a table as `os.time` takes it; fields out of their range carry over.
  ///
  /// - Throws: ``ScriptFailure/misuse(_:)`` for a field that is missing, no integer, or too large
  ///   for C's `struct tm`.
  init(_ table: LuaTable, in zone: any WorldTimeZone) throws(ScriptFailure) {
    let year = try Self.field("year", table, nil, from: 1900)
    let month = try Self.field("month", table, nil, from: 1) - 1
    let day = try Self.field("day", table, nil)
    let minutes =
      try Self.field("hour", table, 12) * 60 + (try Self.field("min", table, 0))
    let second = try Self.field("sec", table, 0)
    let first = Self.days(year: year + month.dividedDown(by: 12), month: month.modulo(12) + 1)
    let wall = (first + day - 1) * 86400 + minutes * 60 + second
    guard Self.range.contains(wall) else {
      throw .misuse("os.time: time result cannot be represented in this installation")
    }
    let seconds = zone.seconds(atWall: wall, isDaylightSaving: Self.isDaylightSaving(table))
    self.init(seconds: seconds, zone.offset(at: seconds))
  }

  private static func field(
    _ name: String, _ table: LuaTable, _ defaultValue: Int64?, from base: Int64 = 0
  ) throws(ScriptFailure) -> Int64 {
    guard let value = integer(table[name]) else {
      guard table[name] == .nil else {
        throw .misuse("os.time: field '\(name)' is not an integer")
      }
      guard let defaultValue else {
        throw .misuse("os.time: field '\(name)' missing in date table")
      }
      return defaultValue
    }
    guard (base + Int64(Int32.min)...base + Int64(Int32.max)).contains(value) else {
      throw .misuse("os.time: field '\(name)' is out-of-bound")
    }
    return value
  }

  /// Numbers, and texts of numbers, as Lua converts them.
  private static func integer(_ value: LuaValue) -> Int64? {
    switch value {
    case .integer(let integer): integer
    case .number(let number): Int64(exactly: number)
    case .string(let text): LuaNumeral.value(text).flatMap(integer)
    default: nil
    }
  }

  /// Absent means that the zone decides.
  private static func isDaylightSaving(_ table: LuaTable) -> Bool? {
    switch table["isdst"] {
    case .nil: nil
    case .boolean(let flag): flag
    default: true
    }
  }
}

extension WorldTimeZone {
  /// The clocks of the other part of the year are looked for in steps of a week: summer time is
  /// longer than half a year here, and a month there.
  private static var week: Int64 { 7 * 86400 }
  /// A year on each side.
  private static var mostWeeks: Int64 { 53 }

  /// When local clocks show what UTC's show at `wall`.
  ///
  /// Without a wish, a time that comes twice is the first of the two, and one that is skipped is
  /// counted from before the gap. With one that the date does not have, the nearest clocks that
  /// have it are meant, as with C's `mktime`.
  fileprivate func seconds(atWall wall: Int64, isDaylightSaving wish: Bool?) -> Int64 {
    let around = [offset(at: wall - 86400), offset(at: wall + 86400)]
    let matching = around.filter { offset(at: wall - $0.seconds).seconds == $0.seconds }
    if let wish {
      if let match = matching.first(where: { $0.isDaylightSaving == wish }) {
        return wall - match.seconds
      }
      let others = (1...Self.mostWeeks).lazy.flatMap { [-$0, $0] }
        .map { offset(at: wall + $0 * Self.week) }
      if let other = around.first(where: { $0.isDaylightSaving == wish })
        ?? others.first(where: { $0.isDaylightSaving == wish })
      {
        return wall - other.seconds
      }
    }
    return wall - (matching.first ?? around[0]).seconds
  }
}
