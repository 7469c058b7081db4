//  Platform.swift - the system's C library under one name, and what each system calls differently.

#if canImport(Glibc)
  @_exported public import Glibc
#elseif canImport(Musl)
  @_exported public import Musl
#elseif canImport(Darwin)
  @_exported public import Darwin
#endif

/// A new socket for a stream of bytes over IPv4; -1 with `errno` set.
package func streamSocket() -> Int32 {
  #if canImport(Glibc)
    socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  #else
    socket(AF_INET, SOCK_STREAM, 0)
  #endif
}

/// Sends some of the bytes and says how many; a peer that has gone is an error, and no signal.
package func sendSome(_ bytes: [UInt8], to socket: Int32) -> Int {
  #if canImport(Darwin)
    unsafe send(socket, bytes, bytes.count, 0)
  #else
    unsafe send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  #endif
}

/// `POSIX_SPAWN_SETSID`, which the module maps hide.
#if canImport(Darwin)
  package let spawnsInSession: Int16 = 0x400
#else
  package let spawnsInSession: Int16 = 0x80
#endif
