"""Everything that claims use is asked about again, in turn, never faster than the budget."""

from datetime import timedelta

import pytest
from django.utils import timezone

from sources.actions import budget, rechecks
from sources.actions.fetching import request_fetch
from sources.models import FetchBatch, FetchRequest, Publication, Service
from tests.at_once import at_once
from tests.factories import NOW, FetchRequestFactory, PublicationFactory

WEEK = timedelta(days=7)
TICK = timedelta(minutes=10)
LONG_AGO = NOW - timedelta(days=30)

pytestmark = pytest.mark.django_db


def recheck(now=NOW, within=TICK, every=WEEK):
    return rechecks.request_rechecks(
        Publication.objects.all(), every=every, within=within, by=None, now=now
    )


def asked(service):
    rows = FetchRequest.objects.filter(service=service).order_by("pk")
    return list(rows.values_list("identifier", flat=True))


def paper(number, pubmed=None, crossref=None, **said):
    return PublicationFactory(
        pmid=str(number),
        doi=f"10.5555/{number}",
        pubmed_checked_at=pubmed,
        crossref_checked_at=crossref,
        **said,
    )


def test_what_was_not_checked_for_a_week_is_asked_for_at_each_source():
    paper(1, pubmed=NOW - timedelta(days=6), crossref=NOW - timedelta(days=8))
    paper(2, pubmed=NOW - timedelta(days=8), crossref=NOW - timedelta(days=6))
    PublicationFactory(pmid="3", doi=None)
    PublicationFactory(pmid=None, doi="10.5555/4")

    counts = recheck()

    assert counts == {Service.PUBMED: 2, Service.CROSSREF: 2}
    assert asked("pubmed") == ["3", "2"]
    assert asked("crossref") == ["10.5555/4", "10.5555/1"]


def test_requests_wait_behind_those_of_people_and_say_why():
    paper(1)

    recheck(every=timedelta(days=2.5))

    assert set(FetchRequest.objects.values_list("priority", "reason")) == {
        (-5, "checked every 2.5 days")
    }


def test_round_is_a_batch_that_can_be_followed_and_an_idle_one_is_none():
    paper(1)
    recheck()

    recheck()

    [batch] = FetchBatch.objects.all()
    assert (batch.reason, batch.entries.count()) == ("checked every 7 days", 2)


def test_longest_unchecked_goes_first_and_no_more_than_the_budget_allows():
    for days in range(1, 9):
        paper(days, pubmed=NOW, crossref=NOW - timedelta(days=100 - days))

    counts = recheck(within=timedelta(seconds=12))

    assert counts[Service.CROSSREF] == 3
    assert asked("crossref") == ["10.5555/1", "10.5555/2", "10.5555/3"]


def test_what_is_waiting_takes_up_the_budget():
    paper(1)
    request_fetch(Service.CROSSREF, ["10.5555/8", "10.5555/9"], by=None, now=NOW)

    counts = recheck(within=timedelta(seconds=8))

    assert counts[Service.CROSSREF] == 0


def test_paused_service_is_asked_for_nothing():
    paper(1)
    until = timezone.now() + timedelta(hours=1)
    budget.pause(Service.CROSSREF, until=until, reason="blocked")

    assert recheck() == {Service.PUBMED: 1, Service.CROSSREF: 0}


def test_second_round_goes_on_where_the_first_stopped():
    for number in range(1, 6):
        paper(number, pubmed=NOW)
    seconds = timedelta(seconds=8)
    recheck(within=seconds)
    FetchRequest.objects.update(state="succeeded", finished_at=NOW)

    recheck(within=seconds)
    FetchRequest.objects.update(state="succeeded", finished_at=NOW)
    recheck(within=seconds)

    assert asked("crossref") == [f"10.5555/{number}" for number in range(1, 6)]


@pytest.mark.parametrize("state", ["not_found", "failed", "queued"])
def test_what_was_asked_for_in_vain_waits_for_its_time(state):
    paper(1, pubmed=NOW)
    FetchRequestFactory(
        service="crossref",
        identifier="10.5555/1",
        state=state,
        created_at=NOW - timedelta(days=3),
        last_error="no",
        finished_at=None if state == "queued" else NOW,
    )

    soon = recheck()
    in_time = recheck(now=NOW + timedelta(days=5))

    assert soon[Service.CROSSREF] == 0
    assert in_time[Service.CROSSREF] == (0 if state == "queued" else 1)


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_ask_once():
    for number in range(1, 30):
        paper(number)

    outcomes = at_once(*(recheck for _ in range(4)))

    assert all(isinstance(each, dict) for each in outcomes), outcomes
    assert len(asked("crossref")) == len(set(asked("crossref"))) == 29
    assert len(asked("pubmed")) == len(set(asked("pubmed"))) == 29
