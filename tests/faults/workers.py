"""Real Celery workers as processes, on the test's own database and stand-in servers."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent.parent


def database_url():
    """Return the address of the test's database for other processes."""
    said = connection.settings_dict
    port = f"&port={said['PORT']}" if said["PORT"] else ""
    password = f"&password={said['PASSWORD']}" if said["PASSWORD"] else ""
    return f"postgresql:///{said['NAME']}?host={said['HOST']}&user={said['USER']}{port}{password}"


def wait_until(condition, *, seconds=60.0, what="what was awaited"):
    """Wait for a condition and return its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen in {seconds:g} s")


class Worker:
    """One `celery worker` with two children, in a process group of its own."""

    def __init__(self, standin, log: Path, *, rate=3.0):
        self._log = log
        self._environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "TRACKER_HOME": str(settings.TRACKER_HOME),
            "EUTILS_URL": standin.eutils_url,
            "CLINICALTRIALS_URL": standin.clinicaltrials_url,
            "EUTILS_REQUESTS_PER_SECOND": str(rate),
            "NCBI_EMAIL": "operator@example.org",
        }

    def __enter__(self):
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tracker", "worker", "--concurrency=2"],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self._is_ready, what=f"the worker of {self._log} being ready")
        return self

    def __exit__(self, *details):
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """End the worker and its children at once, without a word."""
        self._signal(signal.SIGKILL)
        self._process.wait()

    @property
    def output(self):
        return self._log.read_text()

    def _is_ready(self):
        assert self._process.poll() is None, self.output
        return " ready." in self.output

    def _signal(self, number):
        try:
            os.killpg(self._process.pid, number)
        except ProcessLookupError:
            return
