"""The running service, as the scripts beside this file see it.

Its ready line comes in the variable SERVICE; HOME is an empty folder of the script's own.
"""

import json
import os
import pathlib
import subprocess
import urllib.error
import urllib.request

READY = json.loads(os.environ["SERVICE"])
ENDPOINT = READY["endpoint"]
START_URL = READY["startUrl"]
REGION = "us-east-1"
SCOPE = "sso:account:access"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
ACCOUNT = "111122223333"
ROLE = "ReadOnlyAccess"
HOME = pathlib.Path(os.environ["HOME"])


def control(path, body=None):
    """Asks the control API and gives its JSON."""
    request = urllib.request.Request(
        READY["controlUrl"] + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": "Bearer " + READY["controlToken"]},
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        raise SystemExit(f"control{path}: {error.code} {error.read().decode()}") from error


def journal(operation):
    """What the service noted about an operation, oldest first."""
    return [one for one in control("/requests")["requests"] if one.get("operation") == operation]


def configure():
    """Writes a config file with a session and a legacy profile, both at the service.

    AWS CLI v1 would otherwise fetch a URL in an argument and pass on what it found there.
    """
    folder = HOME / ".aws"
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text(
        f"""\
[default]
cli_follow_urlparam = false

[sso-session local]
sso_start_url = {START_URL}
sso_region = {REGION}
sso_registration_scopes = {SCOPE}

[profile dev]
sso_session = local
sso_account_id = {ACCOUNT}
sso_role_name = {ROLE}
region = {REGION}

[profile legacy]
sso_start_url = {START_URL}
sso_region = {REGION}
sso_account_id = {ACCOUNT}
sso_role_name = {ROLE}
region = {REGION}
"""
    )


def cached(member):
    """The cache files that have a member, as JSON."""
    folder = HOME / ".aws" / "sso" / "cache"
    files = [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
    return [one for one in files if member in one]


def run(*command, **environment):
    """Runs a program to its end and gives its standard output."""
    end = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=300
    )
    if end.returncode != 0:
        raise SystemExit(f"{command}: status {end.returncode}\n{end.stdout}{end.stderr}")
    return end.stdout


def check(condition, what):
    """Ends the script with words when something is not as it should be."""
    if not condition:
        raise SystemExit(f"not so: {what}")
