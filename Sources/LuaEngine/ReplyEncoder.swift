//  ReplyEncoder.swift - Swift values written into the interpreter's reply.

import CLua

/// Writes values in pre-order; the C side pushes them when no Swift frame is left.
@safe struct ReplyEncoder {
  let runtime: OpaquePointer

  init(_ runtime: OpaquePointer) { unsafe self.runtime = runtime }

  func clear() { unsafe clua_reply_clear(runtime) }

  func write(_ answer: LuaAnswer) {
    switch answer {
    case .none, .suspend: break
    case .value(let value): write(value)
    case .values(let values): write(values)
    }
  }

  func write(_ values: [LuaValue]) {
    for value in values { write(value) }
  }

  func write(_ value: LuaValue) {
    switch value {
    case .nil: unsafe clua_reply_scalar(runtime, .CLUA_NIL, 0)
    case .null: unsafe clua_reply_scalar(runtime, .CLUA_NULL, 0)
    case .boolean(let flag): unsafe clua_reply_scalar(runtime, .CLUA_BOOLEAN, flag ? 1 : 0)
    case .integer(let integer): unsafe clua_reply_scalar(runtime, .CLUA_INTEGER, integer)
    case .number(let number): unsafe clua_reply_number(runtime, number)
    case .string(let text): write(text)
    case .bytes(let bytes): write(bytes)
    case .table(let table): write(table)
    case .reference(let reference): unsafe clua_reply_reference(runtime, reference.id)
    case .object(let object): write(object, .nil)
    case .newObject(let object, let properties): write(object, .table(properties))
    }
  }

  private func write(_ text: String) {
    var text = text
    text.withUTF8 { unsafe clua_reply_string(runtime, $0.baseAddress, $0.count) }
  }

  private func write(_ bytes: [UInt8]) {
    unsafe bytes.withUnsafeBufferPointer {
      unsafe clua_reply_string(runtime, $0.baseAddress, $0.count)
    }
  }

  private func write(_ table: LuaTable) {
    let tag: clua_tag =
      switch table.kind {
      case .plain: .CLUA_PLAIN
      case .list: .CLUA_LIST
      case .error: .CLUA_ERROR
      case .headers: .CLUA_HEADERS
      }
    unsafe clua_reply_table(runtime, tag, UInt32(table.items.count), table.fields.count)
    write(table.items)
    for field in table.fields {
      write(field.key)
      write(field.value)
    }
  }

  private func write(_ object: LuaObject, _ properties: LuaValue) {
    unsafe clua_reply_object(runtime, object.classID, object.handle)
    write(properties)
  }
}
