//  IdentityService
