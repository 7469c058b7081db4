"""boto3: every exception class that the models of both services know, raised by a reply of ours.

Those that a client can earn are earned; the rest is asked for by the control API.
"""

import boto3
from botocore import UNSIGNED
from botocore.config import Config

from service import ACCOUNT, DEVICE_GRANT, REGION, ROLE, SCOPE, START_URL, check, control

once = Config(retries={"total_max_attempts": 1})
oidc = boto3.client("sso-oidc", REGION, config=once)
portal = boto3.client("sso", REGION, config=Config(signature_version=UNSIGNED).merge(once))
raised = {"sso-oidc": set(), "sso": set()}


def expect(client, name, call, **arguments):
    """Checks that a call raises exactly the modelled class `name`."""
    kind = getattr(client.exceptions, name)
    try:
        call(**arguments)
    except kind as error:
        check(type(error) is kind, f"{name} is raised, not a class above it")
        check(error.response["Error"]["Message"], f"{name} has a message")
        check(error.response["ResponseMetadata"]["RequestId"], f"{name} has a request id")
        raised[client.meta.service_model.service_name].add(name)
        return error.response
    check(False, f"{name} is raised")


def register(**more):
    client = oidc.register_client(
        **{"clientName": "laptop", "clientType": "public", "scopes": [SCOPE], **more}
    )
    return {name: client[name] for name in ("clientId", "clientSecret")}


def earned_at_registration():
    expect(oidc, "InvalidRequestException", register, clientName="")
    expect(oidc, "InvalidClientMetadataException", register, clientType="confidential")
    expect(oidc, "InvalidScopeException", register, scopes=["a b"])
    expect(oidc, "InvalidRedirectUriException", register, redirectUris=["/callback"])
    expect(oidc, "UnsupportedGrantTypeException", register, grantTypes=["password"])


def earned_by_polls(keys):
    def start():
        flow = oidc.start_device_authorization(**keys, startUrl=START_URL)
        code = flow["userCode"]
        return code, {**keys, "grantType": DEVICE_GRANT, "deviceCode": flow["deviceCode"]}

    poll = oidc.create_token
    code, flow = start()
    for _ in range(2):  # the service forgives the AWS CLI's second poll
        body = expect(oidc, "AuthorizationPendingException", poll, **flow)
        check(body["error"] == "authorization_pending", "members beside the message")
    expect(oidc, "SlowDownException", poll, **flow)
    control("/deny", {"userCode": code})
    expect(oidc, "AccessDeniedException", poll, **flow)
    code, flow = start()
    control("/expire", {"userCode": code})
    expect(oidc, "ExpiredTokenException", poll, **flow)
    expect(oidc, "InvalidGrantException", poll, **{**flow, "deviceCode": "x"})
    expect(oidc, "InvalidClientException", poll, **{**flow, "clientSecret": "x"})
    keys = register(grantTypes=["refresh_token"])
    expect(oidc, "UnauthorizedClientException", poll, **{**flow, **keys})


def earned_by_signature():
    far = boto3.client(
        "sso-oidc", "eu-central-1", aws_access_key_id="AKIAFAKE", aws_secret_access_key="fake"
    )
    application = "arn:aws:sso::111122223333:application/ssoins-1/apl-1"
    body = expect(
        far, "InvalidRequestRegionException", far.create_token_with_iam,
        clientId=application, grantType="refresh_token", refreshToken="x",
    )  # fmt: skip
    check(body["region"] == REGION and body["endpoint"], "where to go instead")


def earned_at_the_portal(keys):
    flow = oidc.start_device_authorization(**keys, startUrl=START_URL)
    control("/approve", {"userCode": flow["userCode"]})
    token = oidc.create_token(
        **keys, grantType=DEVICE_GRANT, deviceCode=flow["deviceCode"]
    )["accessToken"]
    roles = portal.list_account_roles
    expect(portal, "UnauthorizedException", roles, accessToken="x", accountId=ACCOUNT)
    expect(portal, "InvalidRequestException", roles, accessToken=token, accountId="1")
    expect(portal, "ResourceNotFoundException", roles, accessToken=token, accountId="9" * 12)
    return token


def ask_for(operation, exception):
    control("/fault", {"operation": operation, "fault": exception, "calls": [1]})


def asked_for(token, keys):
    ask_for("CreateToken", "InternalServerException")
    expect(
        oidc, "InternalServerException", oidc.create_token,
        **keys, grantType="refresh_token", refreshToken="x",
    )  # fmt: skip
    ask_for("GetRoleCredentials", "TooManyRequestsException")
    call = {"accessToken": token, "accountId": ACCOUNT, "roleName": ROLE}
    expect(portal, "TooManyRequestsException", portal.get_role_credentials, **call)
    portal.get_role_credentials(**call)


keys = register()
earned_at_registration()
earned_by_polls(keys)
earned_by_signature()
asked_for(earned_at_the_portal(keys), keys)
for client in (oidc, portal):
    model = client.meta.service_model
    modelled = {shape.name for shape in model.error_shapes}
    missing = modelled - raised[model.service_name]
    check(not missing, f"{model.service_name} raised all, {sorted(missing)} too")
    print(f"boto3: {len(modelled)} exception classes of {model.service_name}")
