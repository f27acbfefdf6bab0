"""The ledger: asking, leasing, settling."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from sources.actions import fetching
from sources.actions.fetching import Answer, Outcome, lease_due, request_fetch, settle, still_held
from sources.identifiers import IllegalIdentifier
from sources.models import FetchAttempt, FetchRequest, Service
from tests.factories import NOW

PUBMED = Service.PUBMED
LATER = NOW + timedelta(hours=1)


def ask(*pmids, now=NOW):
    return request_fetch(PUBMED, pmids, by=None, now=now, reason="test")


def states():
    rows = FetchRequest.objects.order_by("pk")
    return [(row.identifier, row.state) for row in rows]


def finish(lease, answers, now=NOW):
    with transaction.atomic():
        settle(lease, still_held(lease), answers, now=now)


@pytest.mark.django_db
def test_request_fetch_asks_once_for_what_is_asked_for_already():
    first = ask("11", "12")
    second = ask("12", "13", "12")

    assert [r.identifier for r in second] == ["12", "13"]
    assert second[0].pk == first[1].pk
    assert states() == [("11", "queued"), ("12", "queued"), ("13", "queued")]


@pytest.mark.django_db
@pytest.mark.parametrize("illegal", ["12a", "0123", "", "1234567890", "NCT00000620"])
def test_request_fetch_refuses_an_illegal_id_and_queues_nothing(illegal):
    with pytest.raises(IllegalIdentifier):
        ask("11", illegal)

    assert states() == []


@pytest.mark.django_db
def test_request_fetch_asks_again_for_what_is_finished():
    ask("11")
    finish(lease_due(PUBMED, now=NOW), {"11": Answer(Outcome.OK)})

    ask("11", now=LATER)

    assert states() == [("11", "succeeded"), ("11", "queued")]


@pytest.mark.django_db
def test_lease_takes_what_is_due_and_no_more_than_two_hundred():
    ask(*(str(n) for n in range(1, 251)))

    first, second = lease_due(PUBMED, now=NOW), lease_due(PUBMED, now=NOW)

    assert (len(first.identifiers), len(second.identifiers)) == (200, 50)
    assert not set(first.identifiers) & set(second.identifiers)
    assert lease_due(PUBMED, now=NOW) is None


@pytest.mark.django_db
def test_lease_leaves_alone_what_is_not_due_yet():
    ask("11", now=LATER)

    assert lease_due(PUBMED, now=NOW) is None


@pytest.mark.django_db
def test_lease_prefers_the_urgent():
    ask("11")
    request_fetch(PUBMED, ["12"], by=None, now=NOW, priority=5)

    assert lease_due(PUBMED, now=NOW, most=1).identifiers == ("12",)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_lease_the_same_request():
    ask(*(str(n) for n in range(1, 101)))
    leases, start = [], threading.Barrier(4)

    def work():
        start.wait()
        while lease := lease_due(PUBMED, now=NOW, most=7):
            leases.append(lease)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    taken = [identifier for lease in leases for identifier in lease.identifiers]
    assert sorted(taken, key=int) == [str(n) for n in range(1, 101)]


@pytest.mark.django_db
def test_settle_writes_an_attempt_and_the_end_state_of_each():
    ask("11", "12", "13")
    lease = lease_due(PUBMED, now=NOW)

    finish(
        lease,
        {
            "11": Answer(Outcome.OK, 200, payload_sha256="ab" * 32, parser_version="1"),
            "12": Answer(Outcome.NOT_FOUND, 200),
            "13": Answer(Outcome.REJECTED, 400, error="API key invalid"),
        },
    )

    assert states() == [("11", "succeeded"), ("12", "not_found"), ("13", "failed")]
    log = FetchAttempt.objects.order_by("request__identifier")
    assert [(a.request.identifier, a.outcome, a.http_status, a.batch) for a in log] == [
        ("11", "ok", 200, lease.id),
        ("12", "not_found", 200, lease.id),
        ("13", "rejected", 400, lease.id),
    ]


@pytest.mark.django_db
def test_a_failed_attempt_is_retried_later_each_time():
    ask("11")
    waits, now = [], NOW
    for _ in range(4):
        lease = lease_due(PUBMED, now=now)
        finish(lease, {"11": Answer(Outcome.NETWORK, error="no answer")}, now=now)
        request = FetchRequest.objects.get()
        waits.append((request.next_attempt_at - now).total_seconds())
        now = request.next_attempt_at

    assert waits == [30, 60, 120, 240]
    assert (request.state, request.last_error) == ("queued", "no answer")


@pytest.mark.django_db
def test_the_services_own_word_on_when_to_come_back_is_kept():
    ask("11")
    at = NOW + timedelta(seconds=7)

    finish(
        lease_due(PUBMED, now=NOW),
        {"11": Answer(Outcome.RATE_LIMITED, 429, error="too many", retry_at=at)},
    )

    assert FetchRequest.objects.get().next_attempt_at == at


@pytest.mark.django_db
def test_a_service_out_of_reach_never_fails_a_request_for_good():
    ask("11")
    now = NOW
    for _ in range(30):
        finish(
            lease_due(PUBMED, now=now), {"11": Answer(Outcome.NETWORK, error="no answer")}, now=now
        )
        now = FetchRequest.objects.get().next_attempt_at

    request = FetchRequest.objects.get()
    assert (request.state, request.attempts, request.setbacks) == ("queued", 30, 0)
    assert request.next_attempt_at - now == timedelta(0)
    assert fetching.delay(30) == timedelta(hours=6)


@pytest.mark.django_db
def test_a_batch_that_keeps_failing_is_split_down_to_single_requests_and_then_fails():
    ask(*(str(n) for n in range(1, 41)))
    sizes, now = [], NOW
    while lease := lease_due(PUBMED, now=now):
        sizes.append(len(lease.identifiers))
        bad = Answer(Outcome.BAD_PAYLOAD, 200, error="not XML", retry_at=now)
        finish(lease, dict.fromkeys(lease.identifiers, bad), now=now)

    assert sizes == [40, 40, 20, 20, 20, 20, *[1] * 160]
    assert FetchRequest.objects.failed().count() == 40


@pytest.mark.django_db
def test_an_abandoned_lease_is_put_back_and_its_late_worker_settles_nothing():
    ask("11")
    lease = lease_due(PUBMED, now=NOW)

    assert fetching.requeue_abandoned(now=NOW) == 0
    assert fetching.requeue_abandoned(now=LATER) == 1
    finish(lease, {"11": Answer(Outcome.OK)}, now=LATER)

    assert states() == [("11", "queued")]
    assert [a.outcome for a in FetchAttempt.objects.all()] == ["abandoned"]
