"""The settings as a program sees them that is started with an environment."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOW = """
import json, sys
from django.conf import settings
print(json.dumps({name: str(getattr(settings, name, None)) for name in sys.argv[1:]}))
"""


@pytest.fixture
def run(tmp_path):
    """Return a function that runs a program with only the given variables set."""

    def run(*arguments, **variables):
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DJANGO_SETTINGS_MODULE": "tracker.settings",
                "TRACKER_HOME": str(tmp_path),
                **variables,
            },
            capture_output=True,
            text=True,
        )

    return run


@pytest.fixture
def show(run):
    """Return a function that tells settings under the given variables."""

    def show(*names, **variables):
        done = run("-c", SHOW, *names, **variables)
        assert done.returncode == 0, done.stderr
        return tuple(json.loads(done.stdout).values())

    return show


@pytest.mark.parametrize(
    ("variable", "value", "takes"),
    [
        ("DEBUG", "perhaps", "1 or 0"),
        ("DATABASE_URL", "sqlite:///db", "postgresql://"),
        ("CELERY_BROKER_URL", "kafka://host", "amqp:// or amqps:// or redis:// or rediss://"),
        ("CACHE_URL", "host:6379", "redis://"),
        ("EUTILS_URL", "eutils.example.org", "https:// or http://"),
        ("SITE_URL", "example.org", "https:// or http://"),
        ("EUTILS_REQUESTS_PER_SECOND", "many", "a number from 0.01 to 100"),
        ("EMAIL_URL", "mailto:a@example.org", "smtp://"),
    ],
)
def test_malformed_variable_stops_the_start_and_is_named(run, variable, value, takes):
    done = run("manage.py", "check", **{variable: value})

    last = done.stderr.strip().splitlines()[-1]
    assert done.returncode != 0
    assert f"The environment variable {variable} is malformed: it takes " in last
    assert takes in last


def test_defaults_are_safe_and_local(show):
    names = ("DEBUG", "ALLOWED_HOSTS", "CELERY_BROKER_URL", "EUTILS_REQUESTS_PER_SECOND")

    values = show(*names, "EUTILS_URL", "NCBI_TOOL")

    assert values == (
        "False",
        "['localhost', '127.0.0.1', '[::1]']",
        "pgmq://localhost",
        "3",
        "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/",
        "claim-tracker",
    )


def test_key_allows_ten_requests_a_second(show):
    assert show("EUTILS_REQUESTS_PER_SECOND", NCBI_API_KEY="k" * 36) == ("10",)


def test_another_broker_replaces_the_queue_in_postgresql(show):
    names = ("CELERY_BROKER_URL", "CELERY_BROKER_TRANSPORT", "CELERY_WORKER_ENABLE_REMOTE_CONTROL")

    values = show(*names, CELERY_BROKER_URL="amqp://user:pw@mq.example.org:5672/claims")

    assert values == ("amqp://user:pw@mq.example.org:5672/claims", "None", "None")


def test_https_site_has_secure_cookies(show):
    names = ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "CSRF_TRUSTED_ORIGINS")

    values = show(*names, SITE_URL="https://claims.example.org")

    assert values == ("True", "True", "['https://claims.example.org']")


def test_help_neither_needs_nor_starts_a_database(run, tmp_path):
    done = run("manage.py", "help")

    assert done.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_web_server_refuses_the_generated_key_on_a_public_host(run):
    done = run("-c", "import tracker.wsgi", ALLOWED_HOSTS="claims.example.org")

    assert done.returncode != 0
    assert "ImproperlyConfigured: SECRET_KEY is not set" in done.stderr


def test_web_server_starts_on_a_public_host_that_is_whole(run, tmp_path):
    (tmp_path / "static").mkdir()
    done = run(
        "-W",
        "error",
        "-c",
        "import tracker.wsgi",
        ALLOWED_HOSTS="claims.example.org",
        SITE_URL="https://claims.example.org",
        SECRET_KEY="k" * 50,
    )

    assert (done.returncode, done.stderr) == (0, "")
