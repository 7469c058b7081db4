//  ServerOptions.swift - the server's own choices as values of options.

public import ArgumentParser
public import IdentityServer

extension LogLevel: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
