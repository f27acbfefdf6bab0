"""Registrations of trials that claims use are asked for again, in turn."""

from datetime import timedelta

import pytest

from sources.actions.rechecks import request_trial_rechecks
from sources.models import FetchRequest, Service, Trial
from tests.factories import NOW, FetchRequestFactory, TrialFactory

WEEK = timedelta(days=7)

pytestmark = pytest.mark.django_db


def recheck(within=timedelta(minutes=10), now=NOW):
    return request_trial_rechecks(Trial.objects.all(), every=WEEK, within=within, by=None, now=now)


def asked():
    rows = FetchRequest.objects.order_by("pk").values_list("service", "identifier")
    return [row for row in rows if row[0] != "pubmed"]


def trial(number, days_ago, registry="clinicaltrials"):
    return TrialFactory(
        registry=registry, registry_id=number, fetched_at=NOW - timedelta(days=days_ago)
    )


def test_registrations_not_looked_at_for_a_week_are_asked_for_at_their_registry():
    trial("NCT00000001", 8)
    trial("NCT00000002", 6)
    trial("ISRCTN00000010", 9, registry="isrctn")
    trial("DRKS00000001", 30, registry="drks")

    counts = recheck()

    assert counts == {Service.CLINICALTRIALS: 1, Service.ISRCTN: 1}
    assert asked() == [("clinicaltrials", "NCT00000001"), ("isrctn", "ISRCTN00000010")]


def test_the_longest_unseen_goes_first_and_no_more_than_the_budget_allows():
    for number, days in ((1, 8), (2, 30), (3, 20)):
        trial(f"NCT0000000{number}", days)

    recheck(within=timedelta(seconds=4))

    assert [number for _, number in asked()] == ["NCT00000002", "NCT00000003"]


def test_a_second_round_asks_for_nothing_twice():
    trial("NCT00000001", 8)
    FetchRequestFactory(
        for_trial=True, identifier="NCT00000001", failed=True, created_at=NOW - timedelta(days=1)
    )

    assert recheck() == {Service.CLINICALTRIALS: 0, Service.ISRCTN: 0}
    assert recheck(now=NOW + WEEK) == {Service.CLINICALTRIALS: 1, Service.ISRCTN: 0}
