"""Gives a worker a clock that is wrong, and that a test can set while it runs: `--include=tests.faults.clocks`.

The file that FAULT_CLOCK names says by how many hours the clock is off. The monotonic clock goes on as
ever, as it does when the clock of a real host is set.
"""

import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import time_machine
from celery.signals import worker_process_init

FILE = Path(os.environ.get("FAULT_CLOCK", os.devnull))


class Clock:
    """The present process's clock, and by how many hours it is off now."""

    def __init__(self):
        self.off = 0.0
        self._travel = time_machine.travel(datetime.now(UTC), tick=True).start()

    def follow(self):
        while True:
            self.set()
            time.sleep(0.05)

    def set(self):
        with suppress(ValueError, OSError):
            off = float(FILE.read_text())
            self._travel.shift(timedelta(hours=off - self.off))
            self.off = off

    def start(self, **details):
        threading.Thread(target=self.follow, daemon=True).start()


if "FAULT_CLOCK" in os.environ:
    clock = Clock()
    clock.set()
    clock.start()
    # A child has the clock of its parent, but not the thread that follows the file.
    worker_process_init.connect(clock.start, weak=False)
