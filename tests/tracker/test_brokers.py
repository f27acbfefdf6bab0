"""A broker of its own in place of PostgreSQL: CELERY_BROKER_URL."""

import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("redis-server"), reason="redis-server is not installed"),
]

ROOT = Path(__file__).resolve().parents[2]
SEND = "import django, sys; django.setup(); from tests.tracker import chores; chores.note.delay(*sys.argv[1:])"


@pytest.fixture
def redis(tmp_path):
    """Return the address of a Redis server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        ["redis-server", "--bind", "127.0.0.1", "--port", str(port), "--dir", tmp_path],
        stdout=subprocess.DEVNULL,
    )
    yield f"redis://127.0.0.1:{port}/0"
    server.terminate()
    server.wait()


def test_worker_takes_its_tasks_from_redis(redis, process_environment, tmp_path):
    environment = {
        **process_environment,
        "CELERY_BROKER_URL": redis,
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
    }
    note = tmp_path / "note"
    command = [sys.executable, "-m", "celery", "--app=tracker", "worker", "--concurrency=1"]
    with (tmp_path / "log").open("w") as log:
        worker = subprocess.Popen(
            [*command, "--include=tests.tracker.chores"], cwd=ROOT, env=environment, stderr=log
        )

    subprocess.run(
        [sys.executable, "-c", SEND, note, "done"], cwd=ROOT, env=environment, check=True
    )
    deadline = time.monotonic() + 40
    while not note.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    worker.terminate()
    worker.wait()

    assert note.read_text() == "done\n", (tmp_path / "log").read_text()
