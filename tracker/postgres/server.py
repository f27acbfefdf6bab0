"""Initialise, start, stop and clean up after the server of one folder: FOLDER/data, FOLDER/server.log.

The caller holds FOLDER/watcher.lock, so no other watcher is at work there.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tracker.postgres.account import ENVIRONMENT, Refusal, client_names, reaching_prefix, server_uid

START_SECONDS = 300  # recovery after a crash may read a lot of write-ahead log
STOP_SECONDS = 60
LEFTOVER_SECONDS = 10
LOG_BYTES = 5_000_000
DATABASE = "tracker"
INITDB = (
    "--username=postgres",
    "--auth=peer",
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
)
HBA = "local all postgres peer map=users\n"


class Server:
    """PostgreSQL's programs, the folder they work in and the folder of their socket."""

    def __init__(self, programs: Path, folder: Path, socket: Path) -> None:
        self.programs = programs
        self.data = folder / "data"
        self.log = folder / "server.log"
        self.socket = socket
        self.uid = server_uid(self.data)
        self.prefix = reaching_prefix(self.uid, programs / "postgres", folder)

    def start(self) -> "subprocess.Popen[bytes]":
        """Return the server's process once it answers."""
        self.end_leftovers()
        make_private(self.socket, self.uid)
        if not self.data.exists():
            self._initialise()
        with self._open_log() as log:
            process = subprocess.Popen(self._command(), stdout=log, stderr=log, **_detached())
        try:
            self._wait_until_ready(process)
        except BaseException:
            stop(process)
            raise
        return process

    def end_leftovers(self) -> None:
        """End what a killed server left behind: backends at work, then files naming a process that is gone."""
        deadline = time.monotonic() + LEFTOVER_SECONDS
        while left := list(_processes_in(self.data)):
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, _harder_after(deadline))
            time.sleep(0.05)
        if Path("/proc/self").exists():  # elsewhere PostgreSQL's own, more timid check must do
            for stale in (self.data / "postmaster.pid", *self.socket.glob(".s.PGSQL.*")):
                stale.unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make the data folder under another name, so that a half-made one is never taken for whole."""
        draft = self.data.with_name("data.draft")
        shutil.rmtree(draft, ignore_errors=True)
        make_private(draft, self.uid)
        self._run("initdb", *INITDB, f"--pgdata={draft}")
        (draft / "pg_hba.conf").write_text(HBA)
        users = "".join(f'users "{name}" postgres\n' for name in sorted(client_names()))
        (draft / "pg_ident.conf").write_text(users)
        creation = f"CREATE DATABASE {DATABASE}\n"
        self._run("postgres", "--single", "-D", str(draft), "postgres", answers=creation)
        draft.rename(self.data)

    def _run(self, name: str, *arguments: str, answers: str = "") -> None:
        command = [*self.prefix, str(self.programs / name), *arguments]
        done = subprocess.run(
            command, input=answers, env=ENVIRONMENT, cwd="/", capture_output=True, text=True
        )
        if done.returncode:
            raise Refusal(f"{name} failed: {_tail(done.stderr)}")

    def _command(self) -> list[str]:
        quoted = str(self.socket).replace('"', '""')
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{quoted}"',
            "port": "5432",
            "logging_collector": "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [*self.prefix, str(self.programs / "postgres"), "-D", str(self.data), *options]

    def _open_log(self) -> Any:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        return self.log.open("ab")

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._is_ready(process.pid):
            if process.poll() is not None or time.monotonic() > deadline:
                raise Refusal(f"PostgreSQL did not start: {_tail(self.log.read_text('utf-8'))}")
            time.sleep(0.02)

    def _is_ready(self, pid: int) -> bool:
        """Return what the server says in its own pid file: line 1 its pid, line 8 its status."""
        try:
            lines = (self.data / "postmaster.pid").read_text("utf-8").splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(pid)] and [line.strip() for line in lines[7:8]] == ["ready"]


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End the server as fast as is safe: sessions are cut, what was committed stays.

    It is told every second: a server that is only just starting may take note without acting on it.
    """
    for sign in [*[signal.SIGINT] * STOP_SECONDS, signal.SIGQUIT]:
        process.send_signal(sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(1)
            return
    process.wait()


def make_private(folder: Path, uid: int) -> None:
    """Make a folder only the account can enter; refuse one that somebody else has made there."""
    try:
        folder.mkdir(mode=0o700)
        os.chown(folder, uid, -1)
    except FileExistsError:
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != uid or found.st_mode & 0o077:
            raise Refusal(f"{folder} must be a folder of user {uid} with mode 700.") from None


def _detached() -> dict[str, Any]:
    return {"stdin": subprocess.DEVNULL, "env": ENVIRONMENT, "cwd": "/", "start_new_session": True}


def _processes_in(data: Path) -> Iterator[int]:
    """Give the server processes at work in the folder: their current directory is the data folder."""
    if not data.exists() or not Path("/proc/self").exists():
        return
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            name = (process / "comm").read_text().strip()
            if name == "postgres" and (process / "cwd").samefile(data):
                yield int(process.name)


def _harder_after(deadline: float) -> signal.Signals:
    return signal.SIGQUIT if time.monotonic() < deadline else signal.SIGKILL


def _tail(text: str) -> str:
    return " / ".join(text.strip().splitlines()[-5:]) or "no message"
