//  Paths.swift - what the system says about a path, for those who do not speak to C.

/// The absolute path of what is there, without links; `nil` with `errno` set where nothing is.
package func resolvedPath(_ path: String) -> String? {
  guard let place = unsafe realpath(path, nil) else { return nil }
  defer { unsafe free(place) }
  return unsafe String(cString: place)
}

/// The mode of what this process may read; `nil` with `errno` set where it may not.
package func readableMode(_ path: String) -> mode_t? {
  var facts = stat()
  guard unsafe stat(path, &facts) == 0, unsafe access(path, R_OK) == 0 else { return nil }
  return facts.st_mode
}
