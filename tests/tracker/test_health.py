import pytest
from django.db import connection, connections

from tracker import health


def test_healthz_answers_without_a_database(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_only_read(client, path):
    assert client.post(path).status_code == 405


@pytest.mark.django_db
def test_readyz_is_ok_when_every_part_is(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"database": "ok", "broker": "ok", "migrations": "ok"}


@pytest.mark.django_db
def test_readyz_tells_of_missing_migrations(client):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'tracker'")

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "ok", "migrations": "1 not applied"}


@pytest.mark.django_db
def test_readyz_tells_of_a_broker_that_is_away(client, monkeypatch):
    from_url = health.app.connection_for_write
    monkeypatch.setattr(
        health.app,
        "connection_for_write",
        lambda **named: from_url("redis://127.0.0.1:1/", transport="redis", **named),
    )

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "unavailable", "migrations": "ok"}


@pytest.mark.django_db(transaction=True)
def test_readyz_tells_of_a_database_that_is_away_and_keeps_why_to_itself(client, caplog):
    settings_dict = connections["default"].settings_dict
    there = settings_dict["NAME"]
    connection.close()
    settings_dict["NAME"] = "nowhere"
    try:
        response = client.get("/readyz")
    finally:
        connection.close()
        settings_dict["NAME"] = there

    assert response.status_code == 503
    assert response.json() == {
        "database": "unavailable",
        "broker": "unavailable",
        "migrations": "unavailable",
    }
    assert 'database "nowhere" does not exist' in caplog.text
