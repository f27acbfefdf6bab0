"""`manage.py fetch_status`: the ledger on the command line."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from sources.actions import budget
from sources.actions.fetching import open_batch, request_fetch
from sources.actions.mending import give_up_all
from sources.http import Pace
from sources.models import Service
from tests.factories import PublicationFactory

pytestmark = pytest.mark.django_db
NOTHING = {"queued": 0, "running": 0, "succeeded": 0, "not_found": 0, "failed": 0}


def said(**options):
    out = io.StringIO()
    call_command("fetch_status", stdout=out, **options)
    return out.getvalue()


def test_json_has_every_service_and_state():
    request_fetch(Service.PUBMED, ["11", "12"], by=None, now=timezone.now())

    assert json.loads(said(json=True)) == {
        "pubmed": {**NOTHING, "queued": 2},
        "clinicaltrials": NOTHING,
        "crossref": NOTHING,
        "isrctn": NOTHING,
    }


def test_words_tell_what_is_due_and_what_is_paused():
    now = timezone.now()
    request_fetch(Service.PUBMED, ["11"], by=None, now=now)
    budget.pause(Service.PUBMED, until=now + timedelta(hours=1), reason="blocked by NCBI")

    text = said()

    assert "Oldest due: 11, since" in text
    assert "PubMed: at most 3 requests a second; paused until" in text
    assert "blocked by NCBI" in text


def test_words_tell_what_the_service_allows_and_what_was_checked():
    now = timezone.now()
    budget.take_turn(Service.CROSSREF, within=60)
    budget.heed(Service.CROSSREF, Pace(per_second=0.5))
    PublicationFactory(pmid="1", doi="10.5555/1", pubmed_checked_at=now)
    PublicationFactory(pmid="2", doi="10.5555/2", crossref_checked_at=now - timedelta(days=8))
    PublicationFactory(pmid="3")

    text = said()

    assert "Crossref: at most 1 requests a second; 0.5 just now, as the service asks\n" in text
    assert (
        "Checked for notices in the last 7 days: PubMed 1 of 3, Crossref 0 of 2 publications."
    ) in text


def test_an_empty_ledger_says_so():
    assert "Nothing is due." in said()


@pytest.fixture
def batch():
    batch = open_batch("asked for in a test", by=None, now=timezone.now())
    request_fetch(Service.PUBMED, ["11", "12"], by=None, now=timezone.now(), batch=batch)
    return batch


def test_newest_batches_are_listed(batch):
    assert f"  {batch.pk}: 0/2 done, 0 failed; asked for in a test" in said()


def test_batch_tells_how_far_it_is(batch):
    text = said(batch=batch.pk)

    assert f"Batch {batch.pk}: asked for in a test" in text
    assert f"[{'.' * 30}] 0/2  2 queued" in text
    assert "May end at" in text


def test_batch_as_json(batch):
    told = json.loads(said(batch=batch.pk, json=True))

    assert {name: told[name] for name in (*NOTHING, "is_finished", "is_stalled", "troubles")} == {
        **NOTHING,
        "queued": 2,
        "is_finished": False,
        "is_stalled": False,
        "troubles": {},
    }


def test_watching_ends_when_the_batch_has_finished(batch):
    give_up_all(batch.requests.all(), by=None, now=timezone.now(), why="enough")

    text = said(batch=batch.pk, watch=True)

    assert f"[{'#' * 30}] 2/2  2 failed" in text
    assert "given up: 0 wait, 2 failed." in text


@pytest.mark.parametrize(
    ("options", "message"),
    [({"batch": 99}, "There is no batch 99"), ({"watch": True}, "say which with --batch")],
)
def test_wrong_words_say_what_to_do(options, message):
    with pytest.raises(CommandError, match=message):
        said(**options)
