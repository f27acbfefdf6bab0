"""Fixtures for every test.

The database is the embedded server under TRACKER_HOME, or that of DATABASE_URL.
"""

import os
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from tracker.backends import conninfo

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared_data():
    """Return the folder of real records, or skip: it is no part of the repository."""
    folder = Path(os.environ.get("TRACKER_SHARED_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real records at {folder} (set TRACKER_SHARED_DATA)")
    return folder


@pytest.fixture(autouse=True)
def settings_for_tests(settings):
    """Hash passwords in microseconds, and take no notice of the static files a demo has collected."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.fixture
def process_environment(transactional_db):
    """Return the environment with which another process works on the test's database."""
    return {
        **os.environ,
        "TRACKER_HOME": str(settings.TRACKER_HOME),
        "DATABASE_URL": database_url(connection.settings_dict),
    }


def database_url(named):
    parts = {**conninfo_to_dict(conninfo(named))}
    return f"postgresql:///?{urlencode(parts, quote_via=quote)}"
