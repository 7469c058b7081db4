"""boto3: all eight operations, with every member that the service gives."""


import boto3
from botocore import UNSIGNED
from botocore.config import Config

from service import ACCOUNT, DEVICE_GRANT, REGION, ROLE, SCOPE, START_URL, check, control

APPLICATION = "arn:aws:sso::111122223333:application/ssoins-1111222233334444/apl-5555666677778888"
oidc = boto3.client("sso-oidc", REGION)
portal = boto3.client("sso", REGION, config=Config(signature_version=UNSIGNED))


def device_login():
    client = oidc.register_client(clientName="laptop", clientType="public", scopes=[SCOPE])
    check(len(client["clientId"]) == 34, "a client id has 34 characters")
    check(client["clientSecret"].count(".") == 2, "a client secret looks like a JWT")
    lifetime = client["clientSecretExpiresAt"] - client["clientIdIssuedAt"]
    check(lifetime == 7_776_000, "a registration lives 90 days")
    keys = {name: client[name] for name in ("clientId", "clientSecret")}
    flow = oidc.start_device_authorization(**keys, startUrl=START_URL)
    check(len(flow["deviceCode"]) == 86, "a device code has 86 characters")
    check((flow["expiresIn"], flow["interval"]) == (600, 1), "lifetime and interval are AWS's")
    poll = {**keys, "grantType": DEVICE_GRANT, "deviceCode": flow["deviceCode"]}
    try:
        oidc.create_token(**poll)
        check(False, "nobody approved yet")
    except oidc.exceptions.AuthorizationPendingException as error:
        check(error.response["error"] == "authorization_pending", "the OAuth word is there")
    control("/approve", {"userCode": flow["userCode"]})
    token = oidc.create_token(**poll)
    check(token["tokenType"] == "Bearer" and token["expiresIn"] == 3600, "a token for an hour")
    return keys, token


def refresh(keys, token):
    return oidc.create_token(
        **keys, grantType="refresh_token", refreshToken=token["refreshToken"]
    )


def list_everything(token):
    accounts = portal.get_paginator("list_accounts").paginate(
        accessToken=token, PaginationConfig={"PageSize": 1}
    )
    ids = [account["accountId"] for page in accounts for account in page["accountList"]]
    check(ids == [ACCOUNT, "444455556666", "777788889999"], "three accounts, page by page")
    roles = portal.get_paginator("list_account_roles").paginate(
        accessToken=token, accountId=ACCOUNT, PaginationConfig={"PageSize": 1}
    )
    names = [role["roleName"] for page in roles for role in page["roleList"]]
    check(names == ["AdministratorAccess", ROLE], "two roles, page by page")
    reply = portal.get_role_credentials(accessToken=token, accountId=ACCOUNT, roleName=ROLE)
    check(reply["roleCredentials"]["accessKeyId"].startswith("ASIAFAKE"), "a fake access key")


def sign_out(token):
    portal.logout(accessToken=token)
    try:
        portal.list_accounts(accessToken=token)
        check(False, "the session is over")
    except portal.exceptions.UnauthorizedException:
        pass


def token_with_iam(subject):
    signed = boto3.client(
        "sso-oidc", REGION, aws_access_key_id="AKIAFAKE", aws_secret_access_key="fake"
    )
    return signed.create_token_with_iam(
        clientId=APPLICATION,
        grantType="urn:ietf:params:oauth:grant-type:token-exchange",
        subjectToken=subject,
        subjectTokenType="urn:ietf:params:oauth:token-type:access_token",
    )


keys, first = device_login()
token = refresh(keys, first)
check(token["accessToken"] != first["accessToken"], "a refresh gives another token")
list_everything(token["accessToken"])
exchanged = token_with_iam(token["accessToken"])
check(exchanged["issuedTokenType"].endswith("access_token"), "an access token by IAM")
sign_out(token["accessToken"])
print("boto3: eight operations")
