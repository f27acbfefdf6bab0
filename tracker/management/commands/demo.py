"""The whole site on one machine: database, data set, accounts, web server, Celery worker and beat."""

import errno
import http.client
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from tracker import accounts, storage
from tracker.checks import LOOPBACK
from tracker.crew import Crew
from tracker.postgres import cluster

START_SECONDS = 60
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - where we find ourselves


class Ended(Exception):
    """Somebody wants the demo to end."""


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # migrate runs them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *, host: str, port: int, **options: Any) -> None:
        for sign in ENDING:
            signal.signal(sign, _end)
        try:
            with suppress(Ended):
                _refuse_port_in_use(host, port)
                passwords = self._prepare()
                self._serve(host, port, passwords)
        finally:
            _ignore_signals()
            if settings.DATABASES["default"]["ENGINE"] == "tracker.postgres":
                connections.close_all()
                cluster.leave(settings.TRACKER_HOME)
        self._say("Ended.")

    def _prepare(self) -> dict[str, str]:
        """Bring database and files up to date, and return the accounts' passwords."""
        self._say("Database ...")
        call_command("migrate", interactive=False, verbosity=0, skip_checks=False)
        if not storage.are_collected():
            call_command("collectstatic", interactive=False, verbosity=0)
        self._say("Data set ...")
        call_command("load_dataset", stdout=self.stdout)
        passwords = accounts.ensure_accounts(settings.TRACKER_HOME)
        self._say("First fetch ...")
        call_command("fetch", all_stale=True, stdout=self.stdout)
        connections.close_all()
        return passwords

    def _serve(self, host: str, port: int, passwords: dict[str, str]) -> None:
        """Run web server, worker and beat until told to end, or until one of them is lost."""
        environment = {"SITE_URL": f"http://127.0.0.1:{port}", **os.environ}
        logs = settings.TRACKER_HOME / "logs"
        with Crew(settings.BASE_DIR, logs, environment) as crew:
            for name, command in _commands(host, port).items():
                crew.start(name, command)
                if name == "web":  # first, and alone: the sooner there is something to look at
                    _wait_for_answer(crew, host, port)
            self._announce(host, port, passwords, logs)
            while True:
                _raise_if_lost(crew)
                time.sleep(0.3)

    def _announce(self, host: str, port: int, passwords: dict[str, str], logs: Path) -> None:
        url = f"http://{_in_url(EVERY_ADDRESS.get(host, host))}:{port}"
        lines = {
            "Site": f"{url}/",
            "Reviewers": f"{url}/admin/",
            "API": f"{url}/api/v1/docs/",
            **{f"  {name}": f"password {password}" for name, password in passwords.items()},
            "Logs": str(logs),
        }
        self._say("\n".join(f"{name:<12}{value}" for name, value in lines.items()))
        if host not in LOOPBACK:
            allowed = ", ".join(settings.ALLOWED_HOSTS)
            self._say(f"Only these host names are answered: {allowed} (ALLOWED_HOSTS).")
        self._say("Ctrl-C ends everything; the data stays.")

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _commands(host: str, port: int) -> dict[str, list[str]]:
    celery = [sys.executable, "-m", "celery", "--app=tracker"]
    quiet = ["--without-mingle", "--without-gossip", "--without-heartbeat"]
    bind = f"--bind={_in_url(host)}:{port}"
    web = ["tracker.wsgi", bind, "--workers=2", "--threads=4", "--graceful-timeout=5", "--preload"]
    return {
        "web": [sys.executable, "-m", "gunicorn", *web, "--no-control-socket"],
        "worker": [*celery, "worker", "--loglevel=INFO", "--concurrency=2", *quiet],
        "beat": [*celery, "beat", "--loglevel=INFO", "--pidfile="],
    }


def _refuse_port_in_use(host: str, port: int) -> None:
    """Raise CommandError if the web server could not listen there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise CommandError(
                    f"Port {port} of {host} is in use. Choose another: make demo PORT={port + 1}"
                ) from error
            raise CommandError(f"Can't serve on {host}, port {port}: {error}") from error


def _wait_for_answer(crew: Crew, host: str, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(EVERY_ADDRESS.get(host, host), port):
        _raise_if_lost(crew)
        if time.monotonic() > deadline:
            _ignore_signals()
            raise CommandError(f"The site does not answer. See {crew.log('web')}.")
        time.sleep(0.1)


def _answers(host: str, port: int) -> bool:
    """Return whether the web server is up; it may refuse the host name, and is up all the same."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": "localhost"})
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _raise_if_lost(crew: Crew) -> None:
    lost = crew.lost()
    if lost:
        _ignore_signals()
        name, code = lost
        tail = crew.log(name).read_text("utf-8", errors="replace").splitlines()[-15:]
        raise CommandError("\n".join([*tail, f"The {name} process has ended with code {code}."]))


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _end(sign: int, frame: FrameType | None) -> NoReturn:
    _ignore_signals()
    raise Ended


def _ignore_signals() -> None:
    """Let nothing interrupt the ending itself."""
    for sign in ENDING:
        signal.signal(sign, signal.SIG_IGN)
