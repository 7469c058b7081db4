//  IdentityServer
