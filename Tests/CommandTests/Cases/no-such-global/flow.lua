sso.client {}
