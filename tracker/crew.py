"""Processes that start together and end together, each with its log."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

# For Celery: end after the present tasks, then at once. The last hits whatever is left of the process's group.
PATIENCE = ((signal.SIGTERM, 6.0), (signal.SIGQUIT, 3.0), (signal.SIGKILL, 5.0))


class Crew:
    """A context in which processes run. At its end they, and the processes they have started, are gone."""

    def __init__(self, folder: Path, logs: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.logs = logs
        self.environment = environment
        self.members: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Crew":
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for sign, seconds in PATIENCE:
            if not _signal(self.members.values(), sign, seconds):
                return

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start a process in a group of its own, which no Ctrl-C reaches but ours."""
        with self.log(name).open("ab") as log:
            self.members[name] = subprocess.Popen(
                [*_ending_with_me(), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def lost(self) -> tuple[str, int] | None:
        """Return the name and the exit code of a process that has ended by itself, if any has."""
        codes = ((name, process.poll()) for name, process in self.members.items())
        return next(((name, code) for name, code in codes if code is not None), None)


def _signal(
    members: Iterable["subprocess.Popen[bytes]"], sign: signal.Signals, seconds: float
) -> list["subprocess.Popen[bytes]"]:
    """Send the signal, give some time, and return those that are still there."""
    members = list(members)
    for member in members:
        with contextlib.suppress(ProcessLookupError):
            if sign == signal.SIGKILL:
                os.killpg(member.pid, sign)
            else:
                member.send_signal(sign)
    deadline = time.monotonic() + seconds
    while any(member.poll() is None for member in members) and time.monotonic() < deadline:
        time.sleep(0.05)
    return [member for member in members if member.poll() is None]


def _ending_with_me() -> list[str]:
    """Return the words that have a command told to end when its parent has been killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
