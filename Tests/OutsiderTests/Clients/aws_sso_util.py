"""aws-sso-util: login, roles, credential-process, logout."""

import json
import sys

from service import ROLE, REGION, START_URL, cached, check, configure, journal, run


def util(*words):
    return run(sys.executable, "-m", "aws_sso_util", *words)


configure()
util("login", START_URL, REGION, "--headless")
check(len(cached("accessToken")) == 1, "the token is in the cache")
roles = util("roles", "--sso-start-url", START_URL, "--sso-region", REGION)
check(roles.count(ROLE) == 3 and "PowerUserAccess" in roles, roles)
process = json.loads(util("credential-process", "--profile", "legacy"))
check(process["Version"] == 1, "the format of credential processes")
check(process["AccessKeyId"].startswith("ASIAFAKE"), "role credentials")
util("logout")
check(not cached("accessToken") and journal("Logout"), "logged out")
print("aws-sso-util: login, roles, credential-process, logout")
