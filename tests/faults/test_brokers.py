"""A broker of its own is killed and comes back empty; the rows know what was to be done."""

import os
import shutil
import signal
import socket
import subprocess
from contextlib import suppress
from pathlib import Path

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


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def answers(port):
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Redis:
    """A Redis that keeps nothing on disk, on a port of its own."""

    def __init__(self, folder):
        self._port = free_port()
        self._folder = folder
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self):
        port = ["--bind", "127.0.0.1", "--port", str(self._port)]
        nothing_kept = ["--save", "", "--appendonly", "no", "--dir", str(self._folder)]
        self._process = subprocess.Popen(
            ["redis-server", *port, *nothing_kept], stdout=subprocess.DEVNULL
        )
        wait_until(lambda: answers(self._port), what="Redis")

    def kill(self):
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def send(self, task):
        with Connection(self.url) as broker:
            broker.ensure_connection(max_retries=30, interval_start=1, interval_step=0)
            app.send_task(f"sources.tasks.{task}", connection=broker)


class RabbitMQ:
    """A RabbitMQ node of its own, with its own port mapper, which keeps its messages in a folder."""

    SCRIPT = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

    def __init__(self, folder):
        self._port, self._mapper_port = free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"
        self._log = folder / "rabbitmq.log"
        self._environment = {
            **os.environ,
            "HOME": str(folder),
            "ERL_EPMD_PORT": str(self._mapper_port),
            "RABBITMQ_NODENAME": "faults@localhost",
            "RABBITMQ_NODE_PORT": str(self._port),
            "RABBITMQ_DIST_PORT": str(free_port()),
            "RABBITMQ_MNESIA_BASE": str(folder),
            "RABBITMQ_LOG_BASE": str(folder),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "environment"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
        }
        self._mapper = subprocess.Popen(["epmd", "-port", str(self._mapper_port)])
        wait_until(lambda: answers(self._mapper_port), what="the port mapper")

    def start(self):
        with self._log.open("a") as log:
            self._process = subprocess.Popen(
                [self.SCRIPT],
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        wait_until(lambda: answers(self._port), seconds=120, what="RabbitMQ")

    def kill(self):
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        wait_until(lambda: not answers(self._port), what="RabbitMQ being gone")

    def close(self):
        self.kill()
        self._mapper.terminate()
        self._mapper.wait()

    def send(self, task):
        with Connection(self.url) as broker:
            broker.ensure_connection(max_retries=30, interval_start=1, interval_step=0)
            app.send_task(f"sources.tasks.{task}", connection=broker)


@pytest.fixture
def rabbitmq(tmp_path):
    if not RabbitMQ.SCRIPT.exists():
        pytest.skip("rabbitmq-server is not installed")
    server = RabbitMQ(tmp_path)
    server.start()
    yield server
    server.close()


def test_rabbitmq_killed_in_mid_batch(rabbitmq, standin, worker, counted):
    standin.set_faults("eutils", {"name": "slow", "requests": [1], "seconds": 4})
    request_fetch(Service.PUBMED, IDS, by=None, now=database_now())
    FetchRequest.objects.filter(identifier__in=IDS[:6]).update(setbacks=4)

    with worker(standin, patient=False, variables={"CELERY_BROKER_URL": rabbitmq.url}):
        rabbitmq.send("drain_publications")
        wait_until(lambda: standin.log("eutils"), what="the first request")
        rabbitmq.kill()
        rabbitmq.start()
        rabbitmq.send("wake_fetchers")
        wait_until(lambda: states() == {"succeeded": 20, "not_found": 2}, what="the end")

    counted("RabbitMQ killed", standin, ids=IDS)


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
