"""`manage.py fetch_status`: the ledger on the command line."""

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from sources.actions import budget
from sources.actions.fetching import request_fetch
from sources.models import Service

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


def test_an_empty_ledger_says_so():
    assert "Nothing is due." in said()
