"""AWS CLI v1 sets keys in a config file with profiles of ours, which are written again and again."""

import os
import pathlib
import sys

import botocore.session

from service import HOME, REGION, START_URL, check, configure, run

AWS = str(pathlib.Path(sys.executable).parent / "aws")
SSOSCRIPT = os.environ["SSOSCRIPT"]
CONFIG = HOME / ".aws/config"
TARGETS = [
    ["--sso-session", "local"],
    ["--start-url", START_URL, "--sso-region", REGION],
]


def profiles():
    """The profiles as botocore reads them; it raises what it cannot read."""
    return botocore.session.Session().full_config["profiles"]


def put(profile, key, value):
    run(sys.executable, AWS, "configure", "set", key, value, "--profile", profile)


def write(target):
    """Writes the profiles of a target again, each target with names of its own."""
    (HOME / "names.lua").write_text(
        "return function(account, role) return '%s-' .. account.accountId .. '-' .. role end"
        % target[0].strip("-")
    )
    template = str(HOME / "names.lua")
    run(SSOSCRIPT, "credentials", "--all", "--write", "--template", template, *target)


def age():
    """Gives the blocks the marks of earlier versions, which the CLI takes for keys."""
    text = CONFIG.read_text().replace("# ssoscript, ", "# ssoscript: ")
    CONFIG.write_text(text.replace("%3A", ":"))


configure()
run(SSOSCRIPT, "login", *TARGETS[0])
wanted = {}
for number, target in enumerate([*TARGETS, *TARGETS]):
    write(target)
    last = list(profiles())[-1]
    for name in ("legacy", last):
        for key in (f"region{number}", f"output{number}", f"s3.first{number}", f"s3.second{number}"):
            if number > 1:
                age()
            put(name, key, name)
            wanted[name, key] = name
    for again in (*TARGETS, *TARGETS):
        write(again)
    found = profiles()
    for (name, key), value in wanted.items():
        outer, _, inner = key.partition(".")
        got = found[name].get(outer)
        check((got.get(inner) if inner and got else got) == value, f"{name} has {key}: {got}")
    keys = [key for profile in found.values() for key in profile if key[-1:].isdigit()]
    check(len(keys) == 2 * 2 * (number + 1) + len({n for n, _ in wanted}), f"and nobody else: {keys}")
run(SSOSCRIPT, "status")
print("aws-cli 1: its keys stay with their profiles")
