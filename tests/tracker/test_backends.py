from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import backends

COMMON = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://user:p%40ss@db.example.org:5433/claims",
            {
                "NAME": "claims",
                "USER": "user",
                "PASSWORD": "p@ss",
                "HOST": "db.example.org",
                "PORT": "5433",
                "OPTIONS": {},
            },
        ),
        (
            "postgres:///claims?host=/run/post%20gres&sslmode=require",
            {"NAME": "claims", "HOST": "/run/post gres", "OPTIONS": {"sslmode": "require"}},
        ),
    ],
)
def test_database_is_read_from_its_url(monkeypatch, url, expected):
    monkeypatch.setenv("DATABASE_URL", url)

    database = backends.database(Path("/nowhere"))

    assert database == {"ENGINE": "django.db.backends.postgresql", **expected, **COMMON}


@pytest.mark.parametrize(
    "url",
    [
        "mysql://host/claims",
        "host=/run dbname=claims",
        "postgresql://host/claims?colour=red",
        "postgresql://user@host",
    ],
)
def test_database_url_that_names_no_database_of_ours_is_refused(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL is malformed: it takes"):
        backends.database(Path("/nowhere"))


def test_database_is_the_embedded_one_without_a_url(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)

    database = backends.database(Path("/home"))

    assert (database["ENGINE"], database["HOST"]) == ("tracker.postgres", "/home/postgres/socket")


@pytest.mark.parametrize(
    "url", ["postgresql://u:p%20w@h:1/n?sslmode=require", "postgresql:///n?host=/a%20b"]
)
def test_conninfo_says_to_libpq_what_the_url_said(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    settings_dict = backends.database(Path("/nowhere"))

    conninfo = psycopg.conninfo.conninfo_to_dict(backends.conninfo(settings_dict))

    assert conninfo == {
        name: str(value) for name, value in psycopg.conninfo.conninfo_to_dict(url).items()
    }


def test_cache_is_the_process_s_own_without_a_url(monkeypatch):
    monkeypatch.delenv("CACHE_URL", raising=False)

    assert backends.cache() == {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}


def test_cache_is_read_from_its_url(monkeypatch):
    monkeypatch.setenv("CACHE_URL", "redis://cache.example.org:6379/1")

    assert backends.cache() == {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://cache.example.org:6379/1",
    }


def test_cache_of_another_kind_is_refused(monkeypatch):
    monkeypatch.setenv("CACHE_URL", "memcached://cache.example.org/")

    with pytest.raises(ImproperlyConfigured, match="CACHE_URL is malformed: it takes a URL that"):
        backends.cache()


def test_mails_go_to_the_log_without_a_url(monkeypatch):
    monkeypatch.delenv("EMAIL_URL", raising=False)

    assert backends.email() == {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}


@pytest.mark.parametrize(
    ("url", "port", "is_ssl", "is_tls"),
    [
        ("smtp://me%40here:p%3Aw@mail.example.org/?tls=1", 587, False, True),
        ("smtp://me%40here:p%3Aw@mail.example.org:25/", 25, False, False),
        ("smtps://me%40here:p%3Aw@mail.example.org/", 465, True, False),
    ],
)
def test_mail_server_is_read_from_its_url(monkeypatch, url, port, is_ssl, is_tls):
    monkeypatch.setenv("EMAIL_URL", url)

    assert backends.email() == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "me@here",
        "EMAIL_HOST_PASSWORD": "p:w",
        "EMAIL_USE_SSL": is_ssl,
        "EMAIL_USE_TLS": is_tls,
    }


@pytest.mark.parametrize("url", ["mail.example.org", "smtp:///", "imap://h/", "smtp://h:port/"])
def test_mail_url_of_another_kind_is_refused(monkeypatch, url):
    monkeypatch.setenv("EMAIL_URL", url)

    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL is malformed: it takes"):
        backends.email()
