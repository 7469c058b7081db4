//  NodeDecoder.swift - the interpreter's nodes read as Swift values.

import CLua

/// Turns nodes into values.
@safe struct NodeDecoder {
  /// Of the machine, and unowned: to count it at each call would take longer than most calls do.
  private unowned(unsafe) let returns: ReturnedReferences

  init(returns: ReturnedReferences) { unsafe self.returns = returns }

  /// The node after the value at `node`.
  @unsafe func skip(_ node: UnsafePointer<clua_node>) -> UnsafePointer<clua_node> {
    var next = unsafe node + 1
    switch unsafe node.pointee.kind {
    case .CLUA_TABLE:
      let values = unsafe Int(node.pointee.count) + 2 * Int(node.pointee.length)
      for _ in 0..<values { unsafe next = skip(next) }
    default: break
    }
    return unsafe next
  }

  /// The value at `node`, which moves on behind it.
  @unsafe func decode(_ node: inout UnsafePointer<clua_node>) -> LuaValue {
    let head = unsafe node.pointee
    unsafe node += 1
    switch unsafe head.kind {
    case .CLUA_NIL: return .nil
    case .CLUA_NULL: return .null
    case .CLUA_BOOLEAN: return unsafe .boolean(head.integer != 0)
    case .CLUA_INTEGER: return unsafe .integer(head.integer)
    case .CLUA_NUMBER: return unsafe .number(head.number)
    case .CLUA_STRING: return unsafe decodeString(head)
    case .CLUA_TABLE: return unsafe .table(decodeTable(head, &node))
    case .CLUA_REFERENCE: return unsafe .reference(decodeReference(head))
    case .CLUA_OBJECT:
      return unsafe .object(LuaObject(classID: head.count, handle: head.integer))
    }
  }

  /// The value at `node`, a string as its bytes.
  @unsafe func decodeRaw(_ node: inout UnsafePointer<clua_node>) -> LuaValue {
    let head = unsafe node.pointee
    guard unsafe head.kind == .CLUA_STRING else { return unsafe decode(&node) }
    unsafe node += 1
    return unsafe .bytes(Array(UnsafeBufferPointer(start: head.bytes, count: head.length)))
  }

  private func decodeString(_ head: clua_node) -> LuaValue {
    let bytes = unsafe UnsafeBufferPointer(start: head.bytes, count: head.length)
    // Most texts are ASCII; the standard library's validation is generic, and costs more than all the rest.
    let isASCII = unsafe bytes.reduce(0, |) < 0x80
    if isASCII { return unsafe .string(String(decoding: bytes, as: UTF8.self)) }
    if let text = unsafe String(validating: bytes, as: UTF8.self) { return .string(text) }
    return unsafe .bytes(Array(bytes))
  }

  private func decodeTable(_ head: clua_node, _ node: inout UnsafePointer<clua_node>) -> LuaTable {
    let kind: LuaTable.Kind =
      switch unsafe clua_tag(rawValue: head.tag) {
      case .CLUA_LIST: .list
      case .CLUA_ERROR: .error
      default: .plain
      }
    var table = LuaTable(kind: kind)
    table.items = unsafe (0..<head.count).map { _ in unsafe decode(&node) }
    table.fields = unsafe (0..<head.length).map { _ in
      let key = unsafe decode(&node)
      return unsafe LuaTable.Field(key: key, value: decode(&node))
    }
    return table
  }

  private func decodeReference(_ head: clua_node) -> LuaReference {
    let kind: LuaReference.Kind =
      switch unsafe clua_type(rawValue: head.tag) {
      case .CLUA_TYPE_FUNCTION: .function
      case .CLUA_TYPE_THREAD: .thread
      case .CLUA_TYPE_TABLE: .table
      default: .userdata
      }
    return unsafe LuaReference(
      id: head.integer, kind: kind, place: UInt(head.length), returns: returns)
  }
}
