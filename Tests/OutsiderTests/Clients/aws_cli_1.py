"""AWS CLI v1: the raw operations from the command line."""

import json
import pathlib
import sys

from service import ACCOUNT, DEVICE_GRANT, REGION, ROLE, SCOPE, START_URL, check, configure, control, run

KEY = {"AWS_ACCESS_KEY_ID": "AKIAFAKE", "AWS_SECRET_ACCESS_KEY": "fake"}
APPLICATION = "arn:aws:sso::111122223333:application/ssoins-1111222233334444/apl-5555666677778888"
AWS = str(pathlib.Path(sys.executable).parent / "aws")


def aws(service, operation, **arguments):
    """Runs `aws SERVICE OPERATION --name value …`; a list is several values."""
    command = [sys.executable, AWS, service, operation, "--region", REGION, "--output", "json"]
    for name, value in arguments.items():
        command += ["--" + name.replace("_", "-"), *(value if isinstance(value, list) else [value])]
    return json.loads(run(*command, **KEY) or "null")


configure()
client = aws(
    "sso-oidc", "register-client", client_name="laptop", client_type="public", scopes=[SCOPE]
)
keys = {"client_id": client["clientId"], "client_secret": client["clientSecret"]}
flow = aws("sso-oidc", "start-device-authorization", **keys, start_url=START_URL)
control("/approve", {"userCode": flow["userCode"]})
token = aws(
    "sso-oidc", "create-token", **keys, grant_type=DEVICE_GRANT, device_code=flow["deviceCode"]
)["accessToken"]
accounts = aws("sso", "list-accounts", access_token=token)["accountList"]
check(len(accounts) == 3, "three accounts")
roles = aws("sso", "list-account-roles", access_token=token, account_id=ACCOUNT)["roleList"]
check(len(roles) == 2, "two roles")
credentials = aws(
    "sso", "get-role-credentials", access_token=token, account_id=ACCOUNT, role_name=ROLE
)
check(credentials["roleCredentials"]["accessKeyId"].startswith("ASIAFAKE"), "a fake access key")
exchanged = aws(
    "sso-oidc", "create-token-with-iam", client_id=APPLICATION, subject_token=token,
    grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token_type="urn:ietf:params:oauth:token-type:access_token",
)  # fmt: skip
check(exchanged["issuedTokenType"].endswith("access_token"), "an access token by IAM")
aws("sso", "logout", access_token=token)
print("aws-cli 1: all eight operations")
