"""How many drains of one service there can be at once, and what becomes of the others' messages."""

import psycopg
import pytest
from django.db import connection

from sources import tasks
from sources.actions.clock import database_now
from sources.actions.fetching import request_fetch
from sources.actions.places import GIVE_BACK, LOCK, TAKE, place, places
from sources.models import Service
from tests.standins.records import article
from tests.standins.servers import EutilsStandin
from tracker.backends import conninfo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def others():
    """Return the session of other workers."""
    with psycopg.connect(conninfo(connection.settings_dict), autocommit=True) as session:
        yield session


@pytest.fixture
def messages():
    """Return a function that counts the messages in the queue, which is empty at first."""

    def count():
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pgmq.q_celery")
            return cursor.fetchone()[0]

    def purge():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pgmq.purge_queue('celery')")

    purge()
    yield count
    purge()


def take(session, service, number):
    session.execute(TAKE, [LOCK, f"{service.value} {number}"])


def test_there_are_as_many_places_as_keep_the_rate(settings):
    settings.EUTILS_REQUESTS_PER_SECOND = 3

    assert [places(service) for service in Service] == [6, 2, 1, 2]


def test_place_is_free_until_all_are_taken_and_free_again_afterwards(others):
    seen = []
    for number in range(places(Service.CLINICALTRIALS)):
        with place(Service.CLINICALTRIALS) as is_ours:
            seen.append(is_ours)
        take(others, Service.CLINICALTRIALS, number)
    with place(Service.CLINICALTRIALS) as is_ours:
        seen.append(is_ours)
    others.execute(GIVE_BACK, [LOCK, f"{Service.CLINICALTRIALS.value} 1"])
    with place(Service.CLINICALTRIALS) as is_ours:
        seen.append(is_ours)

    assert seen == [True, True, False, True]


def test_place_is_given_back_when_the_work_fails(others):
    with pytest.raises(ValueError, match="spoilt"), place(Service.CROSSREF):
        raise ValueError("spoilt")

    assert others.execute(TAKE, [LOCK, "crossref 0"]).fetchone() == (True,)


def test_one_drain_too_many_asks_nothing_and_leaves_no_message(others, messages, settings):
    request_fetch(Service.PUBMED, ["123"], by=None, now=database_now())
    with EutilsStandin({"123": article("123")}) as standin:
        settings.EUTILS_URL = standin.url
        for number in range(places(Service.PUBMED)):
            take(others, Service.PUBMED, number)

        assert tasks.drain_publications() == 0
        assert (len(standin.log), messages()) == (0, 0)


def test_drain_that_is_not_done_in_time_hands_over_by_one_message(messages, settings, monkeypatch):
    request_fetch(Service.PUBMED, ["123"], by=None, now=database_now())
    monkeypatch.setattr(tasks, "SECONDS_A_DRAIN", 0.0)

    assert tasks.drain_publications() == 0
    assert messages() == 1


def test_request_that_comes_as_a_drain_ends_is_not_left_lying():
    def step():
        request_fetch(Service.PUBMED, ["123"], by=None, now=database_now())
        return 0

    assert tasks._drain(Service.PUBMED, step) == (0, False)


def test_pause_lets_no_drain_hand_over(messages):
    request_fetch(Service.PUBMED, ["123"], by=None, now=database_now())
    tasks.budget.pause(
        Service.PUBMED, until=database_now() + tasks.batches.BLOCKED_FOR, reason="blocked"
    )

    assert tasks.drain_publications() == 0
    assert messages() == 0
