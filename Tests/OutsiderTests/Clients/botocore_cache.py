"""botocore: a session finds the token that it wrote itself, and gets role credentials for it."""

import datetime

import boto3
import botocore.session
from botocore.tokens import SSOTokenProvider

from service import (
    ACCOUNT, DEVICE_GRANT, REGION, SCOPE, START_URL, cached, check, configure, control, journal,
)  # fmt: skip


def log_in():
    """A device login by hand; its token has five minutes left, so that botocore refreshes it."""
    oidc = boto3.client("sso-oidc", REGION)
    client = oidc.register_client(clientName="laptop", clientType="public", scopes=[SCOPE])
    keys = {name: client[name] for name in ("clientId", "clientSecret")}
    flow = oidc.start_device_authorization(**keys, startUrl=START_URL)
    control("/approve", {"userCode": flow["userCode"]})
    token = oidc.create_token(**keys, grantType=DEVICE_GRANT, deviceCode=flow["deviceCode"])
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
    ends = datetime.datetime.fromtimestamp(
        client["clientSecretExpiresAt"], datetime.timezone.utc
    )
    return {
        **keys,
        "startUrl": START_URL,
        "region": REGION,
        "accessToken": token["accessToken"],
        "refreshToken": token["refreshToken"],
        "expiresAt": soon.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "registrationExpiresAt": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def session():
    return botocore.session.Session(profile="dev")


configure()
provider = SSOTokenProvider(session(), profile_name="dev")
old = log_in()
provider._token_loader.save_token(START_URL, old, session_name="local")

refreshed = provider.load_token().get_frozen_token().token
check(refreshed != old["accessToken"], "botocore refreshed the token")
check([one["accessToken"] for one in cached("accessToken")] == [refreshed], "and wrote it")
check(len(journal("CreateToken")) == 2, "by one request")

credentials = session().get_credentials().get_frozen_credentials()
check(credentials.access_key.startswith("ASIAFAKE"), "a new session got role credentials")
check(len(journal("CreateToken")) == 2, "with the token that it found")
check(len(journal("GetRoleCredentials")) == 1, f"from us, for {ACCOUNT}")
print("botocore: found its own token and got role credentials")
