"""Debian's AWS CLI 2.9: `sso login --no-browser`, credentials, logout.

It ignores the endpoint variables, so it gets a copy of its endpoint rules that know one address.
Call with the folder that the packages were unpacked into.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

from service import ENDPOINT, HOME, cached, check, configure, control, journal, run

ROOT = pathlib.Path(sys.argv[1])
PACKAGES = ROOT / "usr/lib/python3/dist-packages"
AWS = ["/usr/bin/python3", str(ROOT / "usr/bin/aws")]
ENVIRONMENT = {
    "PYTHONPATH": str(PACKAGES), "AWS_DATA_PATH": str(HOME / "data"), "PYTHONUNBUFFERED": "1",
}  # fmt: skip


def point_here():
    """Writes service descriptions whose only endpoint is ours."""
    for service in ("sso", "sso-oidc"):
        source = PACKAGES / "awscli/botocore/data" / service / "2019-06-10"
        target = HOME / "data" / service / "2019-06-10"
        target.mkdir(parents=True)
        for file in source.iterdir():
            text = json.loads(file.read_text())
            if file.name == "endpoint-rule-set-1.json":
                endpoint = {"url": ENDPOINT, "properties": {}, "headers": {}}
                text["rules"] = [{"conditions": [], "endpoint": endpoint, "type": "endpoint"}]
            (target / file.name).write_text(json.dumps(text))


def log_in():
    """Starts the login, approves the code that it prints, and waits for its end."""
    login = subprocess.Popen(
        [*AWS, "sso", "login", "--no-browser", "--profile", "dev"],
        env={**os.environ, **ENVIRONMENT}, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    shown = ""
    while not (code := re.search(r"^[B-Z]{4}-[B-Z]{4}$", shown, re.MULTILINE)):
        line = login.stdout.readline()
        check(line, f"a code is shown\n{shown}")
        shown += line
    control("/approve", {"userCode": code.group()})
    rest, _ = login.communicate(timeout=300)
    check(login.returncode == 0, f"the login succeeds\n{shown}{rest}")
    return shown + rest


configure()
point_here()
text = log_in()
check("Successfully logged into Start URL" in text, text)
errors = [one.get("error") for one in journal("CreateToken")]
check("slow_down" not in errors, f"its two polls at once are forgiven: {errors}")
check(len(cached("accessToken")) == 1, "the token is in its cache")

shown = run(*AWS, "configure", "export-credentials", "--profile", "dev", **ENVIRONMENT)
check(json.loads(shown)["AccessKeyId"].startswith("ASIAFAKE"), "role credentials")
run(*AWS, "sso", "logout", **ENVIRONMENT)
check(journal("Logout")[-1]["status"] == 200 and not cached("accessToken"), "logged out")
print("aws-cli 2: login, credentials, logout")
