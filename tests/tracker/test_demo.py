"""The demo as a user has it: started, looked at, ended, started again."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parents[2]
NOBODY_THERE = "http://127.0.0.1:9/"  # the port of "discard": refused at once


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "with spaces"


@pytest.fixture(scope="module")
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def demo(home, port):
    """Run the demo until it says that it is there; give it and what it has said."""
    environment = {
        **os.environ,
        "TRACKER_HOME": str(home),
        "EUTILS_URL": NOBODY_THERE,
        "CLINICALTRIALS_URL": NOBODY_THERE,
        "ISRCTN_URL": NOBODY_THERE,
        "PYTHONUNBUFFERED": "1",
    }
    environment.pop("DATABASE_URL", None)
    with subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Ctrl-C"):
                break
        try:
            yield process, "".join(said)
        finally:
            process.terminate()
            process.communicate()


def get(port, path):
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()


def processes_of(home):
    """Return the command lines of processes that work in the home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text() + (process / "environ").read_text()
            is_zombie = not (process / "cmdline").read_text()
        except OSError:
            continue
        if str(home) in words and not is_zombie and int(process.name) != os.getpid():
            found.append(words.split("\0")[:4])
    return found


def test_demo_serves_what_it_says_and_leaves_no_process(home, port):
    with demo(home, port) as (process, said):
        states = get(port, "/readyz")
        pages = {path: get(port, path)[0] for path in ("/", "/claims/", "/admin/login/")}
        css = re.findall(r'href="(/static/[^"]+\.css)"', get(port, "/")[1])
        style = get(port, css[0])[0]
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=60)

    accounts = json.loads((home / "demo_accounts.json").read_text())
    assert (states[0], json.loads(states[1])) == (
        200,
        {"database": "ok", "broker": "ok", "migrations": "ok"},
    )
    assert pages == {"/": 200, "/claims/": 200, "/admin/login/": 200}
    assert style == 200
    assert re.search(r"\.[0-9a-f]{12}\.css$", css[0])
    assert f"http://127.0.0.1:{port}/admin/" in said
    assert all(password in said for password in accounts.values())
    assert (process.returncode, rest) == (0, "Ended.\n"), errors
    assert processes_of(home) == []


def test_demo_started_again_is_quick_keeps_the_data_and_refuses_a_second_at_its_port(home, port):
    began = time.monotonic()
    with demo(home, port) as (process, _):
        seconds = time.monotonic() - began
        with demo(home, port) as (second, _):
            _, errors = second.communicate(timeout=30)
        status = get(port, "/claims/")[0]
        process.terminate()
        process.communicate(timeout=60)

    assert seconds < 30  # under 10 on an idle machine of two cores; here other tests run beside it
    assert second.returncode == 1
    assert (
        f"Port {port} of 127.0.0.1 is in use. Choose another: make demo PORT={port + 1}" in errors
    )
    assert status == 200
    assert process.returncode == 0
    assert processes_of(home) == []


def test_demo_ends_when_one_of_its_processes_is_lost(home, port):
    with demo(home, port) as (process, _):
        for pid in children_of(process.pid):
            if "worker" in Path(f"/proc/{pid}/cmdline").read_text().split("\0"):
                os.kill(pid, signal.SIGKILL)
        _, errors = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "The worker process has ended with code -9." in errors
    assert processes_of(home) == []


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_demo_on_an_address_of_another_machine_is_refused(tmp_path):
    with subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--host", "192.0.2.1"],
        cwd=ROOT,
        env={**os.environ, "TRACKER_HOME": str(tmp_path)},
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        _, errors = process.communicate(timeout=30)

    assert process.returncode == 1
    assert "Can't serve on 192.0.2.1, port 8000" in errors
