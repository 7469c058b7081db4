"""login.py URL CONTROL_URL CONTROL_TOKEN - the peer of login.lua: boto3, as its users write it."""
import json
import sys
import urllib.request

import boto3
from botocore import UNSIGNED
from botocore.config import Config

url, control_url, control_token = sys.argv[1:]
client = boto3.client(
    "sso-oidc", region_name="us-east-1", endpoint_url=url, config=Config(signature_version=UNSIGNED)
)
reg = client.register_client(clientName="bench", clientType="public")
auth = client.start_device_authorization(
    clientId=reg["clientId"],
    clientSecret=reg["clientSecret"],
    startUrl="https://example.awsapps.com/start",
)
poll = {
    "clientId": reg["clientId"],
    "clientSecret": reg["clientSecret"],
    "grantType": "urn:ietf:params:oauth:grant-type:device_code",
    "deviceCode": auth["deviceCode"],
}
try:
    client.create_token(**poll)
    sys.exit("the token came before the approval")
except client.exceptions.AuthorizationPendingException:
    pass
approval = urllib.request.Request(
    control_url + "/approve",
    json.dumps({"userCode": auth["userCode"]}).encode(),
    {"Authorization": "Bearer " + control_token, "Content-Type": "application/json"},
)
urllib.request.urlopen(approval).close()
assert client.create_token(**poll)["accessToken"]
