"""requests-oauthlib against profile rfc: a generic client that knows nothing of AWS."""

import os

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain HTTP, on loopback

import requests
from oauthlib.oauth2 import DeviceClient, OAuth2Error
from requests_oauthlib import OAuth2Session

from service import ENDPOINT, check, control

metadata = requests.get(ENDPOINT + "/.well-known/oauth-authorization-server").json()
same = requests.get(ENDPOINT + "/.well-known/openid-configuration").json()
check(metadata == same and metadata["issuer"] == ENDPOINT, "metadata in both places")


def register(method):
    reply = requests.post(
        metadata["registration_endpoint"],
        json={"client_name": "toaster", "scope": "a b", "token_endpoint_auth_method": method},
    )
    check(reply.status_code == 201, reply.text)
    return reply.json()


def start(client, **more):
    body = {"client_id": client["client_id"], "scope": "a", **more}
    reply = requests.post(metadata["device_authorization_endpoint"], data=body)
    check(reply.status_code == 200, reply.text)
    return reply.json()


def poll(session, flow, **more):
    return session.fetch_token(
        metadata["token_endpoint"], device_code=flow["device_code"], **more
    )


def refused(session, flow, word):
    try:
        poll(session, flow, include_client_id=True)
        check(False, f"{word} is raised")
    except OAuth2Error as error:
        check(error.error == word, f"{word}, not {error.error}")


toaster = register("none")
flow = start(toaster)
session = OAuth2Session(client=DeviceClient(toaster["client_id"]))
refused(session, flow, "authorization_pending")
refused(session, flow, "slow_down")
control("/approve", {"userCode": flow["user_code"]})
token = poll(session, flow, include_client_id=True)
check(token.scope == "a" and token["token_type"] == "Bearer", "a token for what was asked")
refused(session, flow, "invalid_grant")
session.refresh_token(metadata["token_endpoint"], client_id=toaster["client_id"])
check(session.token["access_token"] != token["access_token"], "a refresh")

server = register("client_secret_basic")
flow = start(server, client_secret=server["client_secret"])
control("/approve", {"userCode": flow["user_code"]})
session = OAuth2Session(client=DeviceClient(server["client_id"]))
basic = requests.auth.HTTPBasicAuth(server["client_id"], server["client_secret"])
check(poll(session, flow, auth=basic)["refresh_token"], "a token by HTTP Basic")
print("requests-oauthlib: metadata, registration, device grant, refresh, Basic")
