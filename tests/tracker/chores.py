"""Tasks for a real worker in tests: they leave a line in a file, so that one sees how often they ran."""

import os
import signal
import time
from pathlib import Path

from celery import shared_task


@shared_task
def note(path, word, seconds=0.0):
    time.sleep(seconds)
    write(path, word)


@shared_task
def stall_once(path):
    """Be in the middle of the work for a minute, the first time."""
    is_first = not Path(path).exists()
    write(path, "begun")
    if is_first:
        time.sleep(60)
    write(path, "done")


@shared_task
def die_once(path):
    """Be killed in the middle of the work, the first time."""
    is_first = not Path(path).exists()
    write(path, "begun")
    if is_first:
        os.kill(os.getpid(), signal.SIGKILL)
    write(path, "done")


def write(path, word):
    with Path(path).open("a") as file:
        file.write(f"{word}\n")
