"""PostgreSQL itself, which is the broker too, is killed in mid-batch and recovers."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

import psycopg
import pytest

from tests.faults.table import lost_with_the_dead
from tests.faults.workers import ROOT, Worker, wait_until
from tests.standins.records import all_records
from tracker.postgres import cluster

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

KNOWN = sorted(all_records())[:20]
UNKNOWN = ["999999991", "999999992"]
IDS = [*KNOWN, *UNKNOWN]
WAKE = "import django; django.setup(); from sources import tasks; tasks.wake_fetchers.delay()"


class Installation:
    """A laptop's: an embedded server of its own, and the commands that work on it."""

    def __init__(self, home):
        self.home = home
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "TRACKER_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        }

    def run(self, *arguments):
        command = [sys.executable, *arguments]
        subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL
        )

    def connect(self):
        cluster.ensure(self.home)
        return psycopg.connect(
            host=str(cluster.socket_folder(self.home)),
            user="postgres",
            dbname="tracker",
            autocommit=True,
        )

    def execute(self, query):
        """Run a statement, also while the server is down for a moment."""
        with suppress(psycopg.OperationalError), self.connect() as raw:
            done = raw.execute(query)
            return done.fetchall() if done.description else done.rowcount
        return None

    def states(self):
        query = "SELECT state, count(*) FROM sources_fetchrequest GROUP BY state"
        return dict(self.execute(query) or {})

    def kill_server(self):
        """Kill the postmaster as a power cut would; its sessions end when they notice."""
        file = self.home / "postgres" / "data" / "postmaster.pid"
        os.kill(int(file.read_text().split()[0]), signal.SIGKILL)


@pytest.fixture
def installation(tmp_path):
    made = Installation(tmp_path / "home")
    made.run("manage.py", "migrate", "--verbosity=0")
    yield made
    cluster.leave(made.home)


def test_postgresql_killed_while_a_batch_is_out_and_again_while_single_ids_are(
    installation, standin, counted, tmp_path
):
    standin.set_faults(
        "eutils",
        {"name": "slow", "requests": [1], "seconds": 3},
        {"name": "slow", "requests": [4], "seconds": 3},
    )
    named = [part for pmid in IDS for part in ("--pmid", pmid)]
    installation.run("manage.py", "fetch", *named)
    installation.execute("UPDATE sources_fetchrequest SET setbacks = 4 WHERE id % 4 = 0")

    with Worker(standin, tmp_path / "worker.log", installation.environment, patient=False):
        for number in (1, 4):
            wait_until(lambda n=number: len(standin.log("eutils")) >= n, what="the request")
            installation.kill_server()
            wait_until(installation.states, what="the database being back")
            abandon(installation, standin, number)
            installation.run("-c", WAKE)
        wait_until(
            lambda: installation.states() == {"succeeded": 20, "not_found": 2},
            seconds=90,
            what="the end",
        )

    with installation.connect() as raw:
        lost = lost_with_the_dead(raw, standin)
        counted("PostgreSQL killed twice in mid-batch", standin, raw=raw, ids=IDS, lost=lost)


def abandon(installation, standin, number):
    """Wait until the answer has come to nobody, and let the lease run out at once."""
    wait_until(lambda: standin.log("eutils")[number - 1].status, what="the answer")
    wait_until(
        lambda: (
            installation.execute(
                "UPDATE sources_fetchrequest SET leased_until = now() WHERE state = 'running'"
            )
            is not None
        ),
        what="the leases being over",
    )
