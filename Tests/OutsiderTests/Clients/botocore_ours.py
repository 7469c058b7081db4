"""botocore and we go on from each other's cache: tokens renewed by one are taken by the other."""

import datetime
import json
import os

import botocore.session

from service import ENDPOINT, HOME, cached, check, configure, journal, run

SSOSCRIPT = os.environ["SSOSCRIPT"]


def ensure(**arguments):
    """What our own ensure gives: source and token."""
    text = ", ".join(f"{name} = {json.dumps(value)}" for name, value in arguments.items())
    code = (
        "local t = require('sso').ensure { %s } print(t.source, t.accessToken)" % text
    )
    return run(SSOSCRIPT, "run", "-e", code).split()


def age(minutes):
    """Lets the cached token end soon."""
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    for path in (HOME / ".aws/sso/cache").glob("*.json"):
        one = json.loads(path.read_text())
        if "accessToken" in one:
            one["expiresAt"] = soon.strftime("%Y-%m-%dT%H:%M:%SZ")
            path.write_text(json.dumps(one))
            os.chmod(path, 0o600)


def botocore_credentials():
    """A new botocore session's role credentials."""
    return botocore.session.Session(profile="dev").get_credentials().get_frozen_credentials()


def refreshes():
    return [one for one in journal("CreateToken") if one["grantType"] == "refresh_token"]


configure()
source, first = ensure(profile="dev")
check(source == "login", "we logged in")
check(botocore_credentials().access_key.startswith("ASIAFAKE"), "botocore took our token")
check(not refreshes(), "as it is")

age(5)
check(botocore_credentials().access_key.startswith("ASIAFAKE"), "botocore renewed our token")
second = cached("accessToken")[0]["accessToken"]
check(second != first and len(refreshes()) == 1, "by one request")
check(ensure(session="local") == ["cache", second], "we took botocore's token")

age(5)
source, third = ensure(session="local")
check(source == "refresh" and third != second, "we renewed botocore's token")
check(len(cached("accessToken")) == 1, "in the same file")
check(botocore_credentials().access_key.startswith("ASIAFAKE"), "botocore goes on from ours")
check(len(refreshes()) == 2, f"with no other renewal at {ENDPOINT}")
print("botocore: it and we go on from each other's tokens")
