"""The database's clock is the ledger's, whatever an asker's clock says."""

from datetime import timedelta

import pytest

from sources.actions.clock import database_now
from sources.actions.fetching import (
    Answer,
    Outcome,
    lease_due,
    request_fetch,
    settle,
    still_held,
)
from sources.actions.mending import retry_now
from sources.models import FetchRequest, Service

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def ask(now):
    [request] = request_fetch(Service.PUBMED, ["11"], by=None, now=now)
    return request


def test_database_now_goes_on_inside_a_transaction_and_knows_its_zone():
    first, second = database_now(), database_now()

    assert first < second
    assert first.utcoffset() == timedelta(0)


@pytest.mark.parametrize("off", [-HOUR, timedelta(0), HOUR])
def test_what_is_wanted_at_once_is_due_at_once_whatever_the_askers_clock_says(off):
    ask(database_now() + off)

    lease = lease_due(Service.PUBMED, now=database_now())

    assert lease is not None
    assert lease.identifiers == ("11",)


def test_retry_by_a_fast_clock_is_due_at_once():
    ask(database_now())
    lease = lease_due(Service.PUBMED, now=database_now())
    no_answer = {"11": Answer(Outcome.NETWORK, error="unplugged")}
    settle(lease, still_held(lease), no_answer, now=database_now())
    assert lease_due(Service.PUBMED, now=database_now()) is None

    retry_now(FetchRequest.objects.get(), by=None, now=database_now() + HOUR)

    assert lease_due(Service.PUBMED, now=database_now()) is not None
