//  API.swift - the whole Lua API, in the order of its reference.

/// The whole Lua API, as declarations.
public enum API {
  /// Every function, in the order of the reference.
  public static let functions: [APIFunction] = libraryFunctions + standardFunctions

  /// What `require "sso"` gives.
  static let libraryFunctions: [APIFunction] =
    clientFunctions + portalFunctions + pageFunctions + signInFunctions + sessionFunctions
    + cacheFunctions + storeFunctions + storeMethods + taskFunctions + timeFunctions
    + jsonFunctions + logFunctions + terminalFunctions + cryptoFunctions + httpFunctions
    + environmentFunctions + argumentFunctions + configFunctions + notifyFunctions

  /// What is there without it, under Lua's own names.
  static let standardFunctions: [APIFunction] = outputFunctions + fileFunctions + osFunctions
}
