"""Mending the ledger: asking again, giving up, and batches that follow what is asked again."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from sources.actions.fetching import (
    Answer,
    Outcome,
    lease_due,
    open_batch,
    request_fetch,
    settle,
    still_held,
)
from sources.actions.mending import (
    NoReason,
    NotFinished,
    Retried,
    give_up,
    give_up_all,
    retry_all,
    retry_now,
)
from sources.models import FetchBatch, FetchRequest, Service
from tests.factories import NOW, UserFactory

pytestmark = pytest.mark.django_db

PUBMED = Service.PUBMED
LATER = NOW + timedelta(hours=1)
FAILED = Answer(Outcome.REJECTED, error="bad key")


def ask(*pmids, now=NOW, batch=None):
    return request_fetch(PUBMED, pmids, by=None, now=now, reason="test", batch=batch)


def end(answer, now=NOW):
    """Lease what is due and end all of it with this answer."""
    lease = lease_due(PUBMED, now=now)
    with transaction.atomic():
        settle(lease, still_held(lease), dict.fromkeys(lease.identifiers, answer), now=now)


def everything():
    return FetchRequest.objects.all()


def states():
    return [(row.identifier, row.state) for row in FetchRequest.objects.order_by("pk")]


def of_batch(batch):
    rows = FetchRequest.objects.filter(batches=batch).order_by("pk")
    return [(row.identifier, row.state) for row in rows]


def test_retry_now_makes_a_waiting_request_due_and_follows_a_finished_one():
    [waiting] = ask("11", now=LATER)

    renewed = retry_now(waiting, by=UserFactory(), now=NOW)
    end(FAILED)
    again = retry_now(waiting, by=UserFactory(), now=NOW)

    assert (renewed.pk, renewed.next_attempt_at) == (waiting.pk, NOW)
    assert again.pk != waiting.pk
    assert states() == [("11", "failed"), ("11", "queued")]


def test_retry_all_hastens_what_waits_renews_what_ended_and_leaves_what_is_held():
    ask("1")
    end(FAILED)
    ask("2")
    lease_due(PUBMED, now=NOW)
    ask("3", now=LATER)

    retried = retry_all(everything(), by=UserFactory(), now=NOW)

    assert retried == Retried(hastened=1, renewed=1, left=1, services=frozenset({PUBMED}))
    assert states() == [("1", "failed"), ("2", "running"), ("3", "queued"), ("1", "queued")]
    assert FetchRequest.objects.get(identifier="3").next_attempt_at == NOW


def test_retry_all_twice_asks_once():
    ask("1", "2")
    end(FAILED)
    failed = FetchRequest.objects.failed()

    retry_all(failed, by=None, now=NOW)
    retry_all(failed, by=None, now=NOW)

    assert states() == [("1", "failed"), ("2", "failed"), ("1", "queued"), ("2", "queued")]


@pytest.mark.django_db(transaction=True)
def test_two_people_who_retry_at_once_ask_once():
    ask("1", "2")
    end(FAILED)
    ready = threading.Barrier(2, timeout=20)
    refused = []

    def retry():
        try:
            ready.wait()
            retry_all(FetchRequest.objects.failed(), by=None, now=NOW)
        except Exception as error:  # noqa: BLE001  # whatever it is fails the test
            refused.append(error)
        finally:
            connection.close()

    people = [threading.Thread(target=retry) for _ in range(2)]
    for person in people:
        person.start()
    for person in people:
        person.join(timeout=30)

    assert refused == []
    assert FetchRequest.objects.live().count() == 2


def test_give_up_ends_a_waiting_request_with_name_and_reason():
    [request] = ask("11")

    give_up(request, by=UserFactory(username="ada"), now=NOW, why="typed wrongly")

    request.refresh_from_db()
    assert (request.state, request.last_error) == ("failed", "Given up by ada: typed wrongly")
    with pytest.raises(NotFinished):
        give_up(request, by=UserFactory(), now=NOW, why="again")


def test_giving_up_takes_only_what_waits():
    ask("1")
    end(Answer(Outcome.OK))
    ask("2")
    lease_due(PUBMED, now=NOW)
    ask("3")

    ended = give_up_all(everything(), by=None, now=NOW, why="not needed")

    assert ended == 1
    assert states() == [("1", "succeeded"), ("2", "running"), ("3", "failed")]
    given_up = FetchRequest.objects.get(identifier="3")
    assert given_up.last_error == "Given up on the command line: not needed"


def test_giving_up_needs_a_reason():
    ask("1")

    with pytest.raises(NoReason):
        give_up_all(everything(), by=None, now=NOW, why="  ")

    assert states() == [("1", "queued")]


def test_batch_holds_what_was_asked_for_in_it_and_what_was_live_already():
    ask("1")
    batch = open_batch("a second asking", by=None, now=NOW)

    ask("1", "2", batch=batch)
    ask("2", batch=batch)

    assert of_batch(batch) == [("1", "queued"), ("2", "queued")]


def test_batch_follows_what_is_asked_again():
    first, second = (open_batch(name, by=None, now=NOW) for name in ("first", "second"))
    ask("1", "2", batch=first)
    ask("1", batch=second)
    end(FAILED)

    retry_all(FetchRequest.objects.filter(identifier="1"), by=None, now=NOW)

    assert of_batch(first) == [("2", "failed"), ("1", "queued")]
    assert of_batch(second) == [("1", "queued")]


def test_progress_counts_by_state():
    batch = open_batch("counting", by=None, now=NOW)
    ask("1", batch=batch)
    end(FAILED)
    ask("2", "3", now=LATER, batch=batch)

    [found] = FetchBatch.objects.with_progress()

    counts = (found.total, found.queued, found.running, found.succeeded, found.failed)
    assert counts == (3, 2, 0, 0, 1)
    assert (found.next_attempt_at, found.last_ended_at) == (LATER, NOW)


def test_batches_under_way_have_something_live():
    done, live = (open_batch(name, by=None, now=NOW) for name in ("done", "live"))
    ask("1", batch=done)
    end(FAILED)
    ask("2", batch=live)

    assert list(FetchBatch.objects.under_way()) == [live]
