import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from tracker import checks


@pytest.fixture
def site(settings):
    """Return the settings of a public site that is whole."""
    settings.DEBUG = False
    settings.SECRET_KEY_IS_GENERATED = False
    settings.SITE_URL = "https://claims.example.org"
    settings.ALLOWED_HOSTS = ["claims.example.org", "localhost"]
    return settings


def ids(messages):
    return [message.id for message in messages]


def test_public_site_that_is_whole_passes(site):
    assert checks.deployment() == []


def test_laptop_passes_with_its_defaults(settings):
    settings.DEBUG = False
    settings.SECRET_KEY_IS_GENERATED = True
    settings.SITE_URL = "http://localhost:8000"
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]

    assert checks.deployment() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("SECRET_KEY_IS_GENERATED", True, ["tracker.E001"]),
        ("SITE_URL", "http://localhost:8000", ["tracker.E002"]),
        ("SITE_URL", "https://elsewhere.example.org", ["tracker.E002"]),
        ("ALLOWED_HOSTS", ["localhost"], ["tracker.E002"]),
        ("ALLOWED_HOSTS", ["*"], ["tracker.E003"]),
        ("ALLOWED_HOSTS", [".example.org"], []),
    ],
)
def test_public_site_is_refused_a_laptop_s_default(site, name, value, expected):
    setattr(site, name, value)

    assert ids(checks.deployment()) == expected


def test_developer_s_public_site_is_let_be(site):
    site.DEBUG = True
    site.SECRET_KEY_IS_GENERATED = True

    assert checks.deployment() == []


def test_web_server_is_refused_what_the_check_refuses(site):
    site.SECRET_KEY_IS_GENERATED = True

    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        checks.refuse_unsafe_deployment()


@pytest.mark.parametrize(("email", "expected"), [("", ["tracker.W001"]), ("desk@example.org", [])])
def test_missing_address_for_ncbi_is_a_warning(settings, email, expected):
    settings.NCBI_EMAIL = email

    assert ids(checks.ncbi_email()) == expected


@pytest.mark.django_db
def test_server_in_use_is_new_enough():
    assert connection.pg_version >= checks.OLDEST_POSTGRESQL * 10_000
    assert checks.postgresql_version(databases=["default"]) == []


@pytest.mark.django_db
def test_server_too_old_is_refused_by_the_command(monkeypatch):
    monkeypatch.setattr(checks, "OLDEST_POSTGRESQL", 99)

    with pytest.raises(CommandError, match=r"tracker\.E004.*99 is the oldest that will do"):
        call_command("check", databases=["default"])
