"""`manage.py mend_fetches`: asking again and giving up on the command line."""

import io

import pytest
from django.core.management import CommandError, call_command

from sources.models import FetchRequest
from tests.factories import FetchAttemptFactory, FetchBatchFactory, FetchRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


def mend(*words, **options):
    out = io.StringIO()
    call_command("mend_fetches", *words, stdout=out, **options)
    return out.getvalue().strip()


def asked_again():
    rows = FetchRequest.objects.filter(reason="retried by hand").order_by("identifier")
    return [row.identifier for row in rows]


@pytest.fixture
def failures():
    """Two failed requests, the second of ClinicalTrials.gov and in a batch."""
    first = FetchRequestFactory(failed=True, identifier="11")
    second = FetchRequestFactory(
        failed=True, service="clinicaltrials", identifier="NCT00000001", attempts=1
    )
    FetchAttemptFactory(request=first, outcome="rejected", error="No.")
    FetchAttemptFactory(request=second, outcome="bad_payload", error="Cut.")
    batch = FetchBatchFactory()
    batch.entries.create(request=second)
    return batch


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ({}, ["11", "NCT00000001"]),
        ({"service": "pubmed"}, ["11"]),
        ({"error": "bad_payload"}, ["NCT00000001"]),
        ({"id": ["11"]}, ["11"]),
        ({"state": "succeeded"}, []),
    ],
)
def test_retry_takes_what_failed_or_less(failures, options, found):
    said = mend("retry", **options)

    assert said == f"{len(found)} will be asked for again, 0 being fetched now."
    assert asked_again() == found


def test_retry_of_a_batch(failures):
    mend("retry", batch=failures.pk)

    assert asked_again() == ["NCT00000001"]


def test_dry_run_only_counts(failures):
    assert mend("retry", dry_run=True) == "2 would be asked for again."
    assert asked_again() == []


def test_give_up_says_who_and_why():
    wish = FetchRequestFactory()
    UserFactory(username="ada")

    said = mend("give-up", why="typed wrongly", by="ada")

    wish.refresh_from_db()
    assert said == "1 given up."
    assert (wish.state, wish.last_error) == ("failed", "Given up by ada: typed wrongly")


@pytest.mark.parametrize(
    ("words", "options", "message"),
    [
        (["give-up"], {}, "Give it with --why"),
        (["give-up"], {"why": "x", "by": "nobody"}, "There is no user nobody"),
        (["retry"], {"batch": 99}, "There is no batch 99"),
    ],
)
def test_wrong_words_say_what_to_do(words, options, message):
    wish = FetchRequestFactory()

    with pytest.raises(CommandError, match=message):
        mend(*words, **options)

    wish.refresh_from_db()
    assert wish.state == "queued"
