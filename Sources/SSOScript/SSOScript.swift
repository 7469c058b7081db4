//  SSOScript
