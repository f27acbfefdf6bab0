"""Real Celery workers as processes, on the test's own database and stand-in servers."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


WORKER = [
    *("celery", "--app=tracker", "worker", "--loglevel=INFO", "--concurrency=2"),
    *("--without-mingle", "--without-gossip", "--without-heartbeat"),
]


def wait_until(condition, *, seconds=60.0, pause=0.05, what="what was awaited"):
    """Wait for a condition and return its value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(pause)
    raise AssertionError(f"{what} did not happen in {seconds:g} s")


class Worker:
    """One `celery worker` with two children, in a process group of its own; with a beat if wished.

    `stage` is where it waits to be killed (see stages.py); `variables` go to its environment.
    """

    def __init__(
        self,
        standin,
        log: Path,
        environment,
        *,
        rate=3.0,
        beat=False,
        stage="",
        patient=True,
        variables=None,
    ):
        self._log = log
        self._patient = patient
        self._reached = log.with_suffix(".reached")
        self._options = ["--beat"] if beat else []
        self._options += ["--include=tests.faults.stages"] if stage else []
        self._options += (
            ["--include=tests.faults.clocks"] if "FAULT_CLOCK" in (variables or {}) else []
        )
        self._environment = {
            **environment,
            "FAULT_STAGE": stage,
            "FAULT_REACHED": str(self._reached),
            # A message of a killed worker is soon another's.
            "CELERY_VISIBILITY_TIMEOUT": "3",
            **(variables or {}),
            "EUTILS_URL": standin.eutils_url,
            "CLINICALTRIALS_URL": standin.clinicaltrials_url,
            "ISRCTN_URL": standin.isrctn_url,
            "CROSSREF_URL": standin.crossref_url,
            "EUTILS_REQUESTS_PER_SECOND": str(rate),
            "NCBI_EMAIL": "operator@example.org",
        }

    def __enter__(self):
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *WORKER, *self._options],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            wait_until(self._is_ready, seconds=60, what=f"the worker of {self._log} being ready")
        except AssertionError:
            self.kill()
            raise
        return self

    def __exit__(self, *details):
        if self._process.poll() is not None:
            return
        if not self._patient:
            self.kill()
            return
        self._process.terminate()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self):
        """End the worker and its children at once, without a word."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def wait_for_stage(self):
        wait_until(self._reached.exists, what=f"the stage of {self._log}")

    def kill_child_at_stage(self):
        """Kill the one child that waits, as the kernel does when memory is short."""
        pid = wait_until(lambda: self._reached.exists() and self._reached.read_text(), what="it")
        os.kill(int(pid), signal.SIGKILL)

    @property
    def output(self):
        return self._log.read_text()

    def _is_ready(self):
        assert self._process.poll() is None, self.output
        return " ready." in self.output
