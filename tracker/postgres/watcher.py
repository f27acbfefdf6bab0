"""The process that starts the embedded server and stops it when its last user has gone.

Run as `python -m tracker.postgres.watcher PROGRAMS FOLDER SOCKET`, it ends with 0 once the server answers and leaves
a detached child, the server's parent. Whoever uses the server holds a shared lock on FOLDER/users.lock, which the
kernel drops however a process ends. Once the child gets that lock for itself alone it stops the server, keeping
the lock meanwhile: a newcomer waits for the lock, and finds the server stopped, never stopping.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, NoReturn

from tracker.postgres.account import Refusal
from tracker.postgres.server import Server, stop

POLL_SECONDS = 0.2
READY = b"ready"


def main(programs: str, folder: str, socket: str) -> int:
    """Return an exit code for the starter, when the child has said how it went."""
    listening, saying = os.pipe()
    if os.fork() == 0:
        os.close(listening)
        _watch(Path(programs), Path(folder), Path(socket), saying)
    os.close(saying)
    with os.fdopen(listening, "rb") as answer:
        said = answer.read()
    if said != READY:
        sys.stderr.write(said.decode() or "the watcher was killed")
    return 0 if said == READY else 1


def _watch(programs: Path, folder: Path, socket: Path, saying: int) -> NoReturn:
    _detach(folder)
    with (folder / "watcher.lock").open("w") as alone, (folder / "users.lock").open("w") as users:
        fcntl.flock(alone, fcntl.LOCK_EX)
        try:
            server = Server(programs, folder, socket)
            process = server.start()
        except (Refusal, OSError) as error:
            os.write(saying, str(error).encode())
            os._exit(1)
        os.write(saying, READY)
        os.close(saying)
        with contextlib.suppress(KeyboardInterrupt):
            _wait(process, users)
        _end(server, process)
    os._exit(0)


def _detach(folder: Path) -> None:
    """Leave the starter's session, folder and output; let SIGTERM stop the server in good order."""
    os.setsid()
    os.chdir("/")
    with (folder / "server.log").open("ab") as log, open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def _wait(process: "subprocess.Popen[bytes]", users: IO[str]) -> None:
    """Return when the server has died, or when nobody uses it (and nobody can begin to)."""
    while process.poll() is None:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        time.sleep(POLL_SECONDS)


def _end(server: Server, process: "subprocess.Popen[bytes]") -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if process.poll() is None:
        stop(process)
    else:
        server.end_leftovers()
    with contextlib.suppress(OSError):
        server.socket.rmdir()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
