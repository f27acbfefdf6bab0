import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tracker import crew
from tracker.crew import Crew

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import os, signal, time\n"
    "for sign in (signal.SIGTERM, signal.SIGQUIT): signal.signal(sign, signal.SIG_IGN)\n"
    "os.fork()\n"
    "print('ready', flush=True)\n"
    "time.sleep(60)",
]
LEADER = (
    "import os, pathlib, sys, time\n"
    "from tracker.crew import Crew\n"
    "with Crew(pathlib.Path.cwd(), pathlib.Path(sys.argv[1]), os.environ) as crew:\n"
    "    crew.start('sleeper', [sys.executable, '-c', 'import time; time.sleep(60)'])\n"
    "    time.sleep(1)\n"
    "    print(crew.members['sleeper'].pid, flush=True)\n"
    "    time.sleep(60)"
)


@pytest.fixture
def a_crew(tmp_path):
    return Crew(tmp_path, tmp_path / "logs", {"GREETING": "hello", "PATH": os.environ["PATH"]})


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def group(pid):
    """Return the processes of a group that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, number = stat.read_text().rsplit(")", 1)[1].split()[:3]
        except OSError:
            continue
        if int(number) == pid and state != "Z":
            found.append(int(stat.parent.name))
    return found


def test_member_writes_to_its_log_in_its_environment(a_crew):
    with a_crew as crew:
        crew.start("greeter", ["/bin/sh", "-c", "echo $GREETING from $PWD"])
        wait_until(crew.lost)

    assert crew.log("greeter").read_text() == f"hello from {a_crew.folder}\n"


def test_member_that_ended_is_named_with_its_code(a_crew):
    with a_crew as crew:
        crew.start("sleeper", SLEEP)
        before = crew.lost()
        crew.start("failure", ["/bin/sh", "-c", "exit 3"])
        wait_until(crew.lost)

        assert (before, crew.lost()) == (None, ("failure", 3))


def test_members_are_gone_when_the_context_ends_by_an_error(a_crew):
    with suppress(KeyError), a_crew as crew:
        crew.start("one", SLEEP)
        crew.start("two", SLEEP)
        raise KeyError

    assert [member.returncode for member in crew.members.values()] == [-signal.SIGTERM] * 2


def test_member_that_ignores_signals_is_killed_with_its_children(a_crew, monkeypatch):
    patience = tuple((sign, 0.3) for sign, _ in crew.PATIENCE)
    monkeypatch.setattr(crew, "PATIENCE", patience)
    with a_crew as stubborn:
        stubborn.start("stubborn", STUBBORN)
        wait_until(lambda: stubborn.log("stubborn").read_text().count("ready") == 2)
        pid = stubborn.members["stubborn"].pid
        before = group(pid)

    wait_until(lambda: group(pid) == [])
    assert len(before) == 2


def test_member_ends_when_its_leader_is_killed(tmp_path):
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", LEADER, str(tmp_path)], cwd=root, stdout=subprocess.PIPE, text=True
    ) as leader:
        pid = int(leader.stdout.readline())
        leader.kill()

    wait_until(lambda: group(pid) == [])
