"""requests-oauthlib and boto3: an authorization code with PKCE, as programs with a browser get it.

Started with `--approve auto`, so that the browser is sent on without a question.
"""

import os

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain HTTP, on loopback

import boto3
import requests
from requests_oauthlib import OAuth2Session

from service import ENDPOINT, REGION, SCOPE, START_URL, check

CALLBACK = "http://127.0.0.1:4711/oauth/callback"
oidc = boto3.client("sso-oidc", REGION)


def register():
    client = oidc.register_client(
        clientName="laptop",
        clientType="public",
        scopes=[SCOPE],
        grantTypes=["authorization_code", "refresh_token"],
        redirectUris=["http://127.0.0.1/oauth/callback"],
        issuerUrl=START_URL,
    )
    return {name: client[name] for name in ("clientId", "clientSecret")}


def browse(keys):
    """Goes where a browser would be sent, and gives the verifier and the answer's address."""
    session = OAuth2Session(keys["clientId"], redirect_uri=CALLBACK, scope=[SCOPE], pkce="S256")
    url, state = session.authorization_url(ENDPOINT + "/authorize")
    reply = requests.get(url, allow_redirects=False)
    check(reply.status_code in (302, 303), f"a redirect: {reply.status_code} {reply.text}")
    answer = reply.headers["Location"]
    check(answer.startswith(CALLBACK + "?"), f"to the loopback port that was named: {answer}")
    code = session._client.parse_request_uri_response(answer, state=state)["code"]
    return session._client.code_verifier, code


def exchange(keys, code, verifier):
    return oidc.create_token(
        **keys,
        grantType="authorization_code",
        code=code,
        codeVerifier=verifier,
        redirectUri=CALLBACK,
    )


keys = register()
verifier, code = browse(keys)
token = exchange(keys, code, verifier)
check(token["refreshToken"] and token["expiresIn"] == 3600, "an hour, and a refresh token")
for wrong in (verifier, "a" * 43):
    try:
        exchange(keys, code, wrong)
        check(False, "a code works once")
    except oidc.exceptions.InvalidGrantException:
        pass
print("requests-oauthlib and boto3: an authorization code with PKCE")
