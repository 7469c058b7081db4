-- paste.lua - a site's own login where no browser can be opened: the authorization code grant with
-- PKCE, and the address of the last page pasted by hand.
--
-- Exit codes: 0 there is a token, 3 what was pasted is not the answer to this login, 5 else.

local sso = require "sso.safe"

local redirect_uri <const> = "http://127.0.0.1/oauth/callback"

local client = assert(sso.client { region = os.getenv "AWS_REGION" })
local registration = assert(client:register_client {
  clientName = "paste", clientType = "public", scopes = { "sso:account:access" },
  grantTypes = { "authorization_code", "refresh_token" }, redirectUris = { redirect_uri },
  issuerUrl = "https://example.awsapps.com/start" })

local state = sso.crypto.base64url_encode(sso.crypto.random_bytes(16))
local pkce = sso.crypto.pkce()
io.stderr:write(("open %s/authorize?response_type=code&client_id=%s&redirect_uri=%s&state=%s"
  .. "&code_challenge_method=S256&code_challenge=%s&scopes=sso:account:access\n"):format(
  client.meta.endpoint_url, registration.clientId, redirect_uri, state, pkce.challenge))

local pasted = sso.terminal.prompt "Paste the address of the last page: " or ""
local code = pasted:match "[?&]code=([^&]+)"
if pasted:match "[?&]state=([^&]+)" ~= state or not code then
  io.stderr:write "this is not the answer to this login\n"
  os.exit(3)
end

local token, err = client:create_token {
  clientId = registration.clientId, clientSecret = registration.clientSecret,
  grantType = sso.grant.authorization_code, code = code, redirectUri = redirect_uri,
  codeVerifier = pkce.verifier }
if not token then
  io.stderr:write(tostring(err), "\n")
  os.exit(5)
end
io.stderr:write "signed in\n"
