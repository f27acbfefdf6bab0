"""Makes a worker wait at one stage of its work, so that a test can kill it there for certain.

A worker that runs with `--include=tests.faults.stages` waits at the stage that FAULT_STAGE names,
once, after it has written its process id to the file FAULT_REACHED.
"""

import functools
import os
import time
from pathlib import Path

from sources import pubmed_xml
from sources.actions import batches

STAGE = os.environ.get("FAULT_STAGE", "")
REACHED = Path(os.environ.get("FAULT_REACHED", os.devnull))


def wait_here():
    if not REACHED.exists():
        REACHED.write_text(str(os.getpid()))
        time.sleep(600)


def before(module, name):
    """Wait before a module's function does its work."""
    original = getattr(module, name)

    @functools.wraps(original)
    def waiting(*arguments, **named):
        wait_here()
        return original(*arguments, **named)

    setattr(module, name, waiting)


def after(module, name):
    """Wait after a module's function has done work, which it tells by what it returns."""
    original = getattr(module, name)

    @functools.wraps(original)
    def waiting(*arguments, **named):
        result = original(*arguments, **named)
        if result:
            wait_here()
        return result

    setattr(module, name, waiting)


STAGES = {
    "leased": lambda: after(batches, "lease_due"),
    "fetched": lambda: before(pubmed_xml, "parse_reply"),
    "parsed": lambda: after(pubmed_xml, "parse_reply"),
    # Inside the transaction: all is written, nothing is committed.
    "stored": lambda: before(batches, "settle"),
    # The transaction is committed, the message is not acknowledged.
    "settled": lambda: after(batches, "fetch_publications"),
}

if STAGE in STAGES:
    STAGES[STAGE]()
