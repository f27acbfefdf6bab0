"""How far a batch is: what went wrong in it, when it may end, and whether anybody works on it."""

from datetime import timedelta

import pytest

from sources.actions import budget
from sources.actions.fetching import request_fetch
from sources.actions.mending import give_up_all
from sources.models import FetchRequest, RateBudget, Service
from sources.outcomes import EXPLANATIONS
from sources.progress import LABELS, progress_of
from tests.factories import NOW, FetchAttemptFactory, FetchBatchFactory, FetchRequestFactory

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def batch():
    return FetchBatchFactory()


def holding(batch, *, outcome=None, error="It went wrong.", **values):
    """Put a request into the batch, whose last attempt ended like this."""
    request = FetchRequestFactory(attempts=int(outcome is not None), **values)
    batch.entries.create(request=request)
    if outcome:
        FetchAttemptFactory(
            request=request, at=NOW - 2 * MINUTE, outcome="network", error="Before."
        )
        FetchAttemptFactory(request=request, at=NOW - MINUTE, outcome=outcome, error=error)
    return request


def queued(service, identifiers, batch):
    request_fetch(service, identifiers, by=None, now=NOW, batch=batch)


def test_every_way_to_fail_is_explained():
    assert set(EXPLANATIONS) == set(LABELS) - {"ok"}


def test_batch_of_nothing_is_finished(batch):
    progress = progress_of(batch, now=NOW)

    assert (progress.total, progress.percent, progress.is_finished) == (0, 100, True)


def test_progress_says_what_is_done_and_what_is_not(batch):
    holding(batch, succeeded=True, finished_at=NOW - MINUTE)
    holding(batch, failed=True, finished_at=NOW - 10 * MINUTE)
    holding(batch, running=True)
    holding(batch, next_attempt_at=NOW + MINUTE)
    FetchRequestFactory(succeeded=True)

    progress = progress_of(batch, now=NOW)

    assert progress.counts == {
        "queued": 1,
        "running": 1,
        "succeeded": 1,
        "not_found": 0,
        "failed": 1,
    }
    assert (progress.done, progress.total, progress.percent) == (2, 4, 50)
    assert (progress.per_minute, progress.next_attempt_at) == (0.2, NOW + MINUTE)
    assert not progress.is_finished


def test_troubles_are_told_by_the_last_attempt(batch):
    holding(batch, outcome="server_error", failed=True)
    holding(batch, outcome="server_error")
    holding(batch, outcome="rejected", failed=True)
    holding(batch, outcome="ok", error="", succeeded=True)
    holding(batch)
    waiting = holding(batch, outcome="network")
    give_up_all(FetchRequest.objects.filter(pk=waiting.pk), by=None, now=NOW, why="enough")

    troubles = progress_of(batch, now=NOW).troubles

    assert [(each.code, each.label, each.waiting, each.failed) for each in troubles] == [
        ("server_error", "server error", 1, 1),
        ("given_up", "given up", 0, 1),
        ("rejected", "refused by the service", 0, 1),
    ]


def test_end_follows_from_the_slowest_budget(batch, settings):
    settings.EUTILS_REQUESTS_PER_SECOND = 2
    queued(Service.PUBMED, [str(n) for n in range(1, 402)], batch)
    queued(Service.CLINICALTRIALS, ["NCT00000001", "NCT00000002"], batch)

    by_settings = progress_of(batch, now=NOW).ends_at
    RateBudget.objects.create(service="pubmed", per_second=0.5, next_at=NOW)
    by_row = progress_of(batch, now=NOW).ends_at

    assert by_settings == NOW + timedelta(seconds=2 * budget.MARGIN)
    assert by_row == NOW + timedelta(seconds=3 / 0.5 * budget.MARGIN)


def test_pause_is_told_and_no_end_is_promised(batch):
    queued(Service.PUBMED, ["1"], batch)
    budget.pause(Service.PUBMED, until=NOW + MINUTE, reason="blocked")

    progress = progress_of(batch, now=NOW)

    assert [pause.paused_reason for pause in progress.pauses] == ["blocked"]
    assert (progress.ends_at, progress.is_stalled) == (None, False)


def test_batch_stalls_when_nobody_takes_what_is_due(batch):
    queued(Service.PUBMED, ["1"], batch)

    found = [progress_of(batch, now=NOW + n * MINUTE).is_stalled for n in (1, 3)]

    assert found == [False, True]


def test_batch_does_not_stall_while_others_are_served_first(batch):
    queued(Service.PUBMED, ["1"], batch)
    FetchAttemptFactory(at=NOW + 2 * MINUTE)

    assert not progress_of(batch, now=NOW + 3 * MINUTE).is_stalled


@pytest.mark.parametrize("size", [1, 3])
def test_progress_takes_the_same_queries_for_any_size(batch, size, django_assert_num_queries):
    for _ in range(size):
        holding(batch, outcome="server_error", next_attempt_at=NOW - 10 * MINUTE)

    with django_assert_num_queries(7):
        progress_of(batch, now=NOW)
