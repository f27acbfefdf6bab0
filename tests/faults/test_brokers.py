"""A broker of its own is killed and comes back empty; the rows know what was to be done."""

import os
import shutil
import signal
import socket
import subprocess
from contextlib import suppress

import pytest
from kombu import Connection

from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.models import FetchAttempt, FetchRequest, Service
from tests.faults.workers import wait_until
from tests.standins.records import all_records
from tracker.celery import app

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]

KNOWN = sorted(all_records())[:20]
UNKNOWN = ["999999991", "999999992"]
IDS = [*KNOWN, *UNKNOWN]


def states():
    return {state: n for state, n in FetchRequest.objects.tally()["pubmed"].items() if n}


class Redis:
    """A Redis that keeps nothing on disk, on a port of its own."""

    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._folder = folder
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self):
        port = ["--bind", "127.0.0.1", "--port", str(self._port)]
        nothing_kept = ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            ["redis-server", *port, *nothing_kept], stdout=subprocess.DEVNULL
        )
        wait_until(self._answers, what="Redis")

    def kill(self):
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def send(self, task):
        with Connection(self.url) as broker:
            app.send_task(f"sources.tasks.{task}", connection=broker)

    def _answers(self):
        with suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
            return True
        return False


@pytest.fixture
def redis(tmp_path):
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


def test_redis_killed_in_mid_batch_and_back_without_a_message(redis, standin, worker, counted):
    standin.set_faults("eutils", {"name": "slow", "requests": [1], "seconds": 4})
    request_fetch(Service.PUBMED, IDS, by=None, now=database_now())
    FetchRequest.objects.filter(identifier__in=IDS[:6]).update(setbacks=4)

    with worker(standin, patient=False, variables={"CELERY_BROKER_URL": redis.url}):
        redis.send("drain_publications")
        redis.send("drain_publications")
        wait_until(lambda: standin.log("eutils"), what="the first request")
        redis.kill()
        redis.start()
        redis.send("wake_fetchers")
        wait_until(lambda: states() == {"succeeded": 20, "not_found": 2}, what="the end")

    counted("Redis killed, its messages lost", standin, ids=IDS)
    assert set(FetchAttempt.objects.values_list("outcome", flat=True)) == {"ok", "not_found"}
