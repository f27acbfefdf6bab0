"""Fetched records, odd ones too, come out of the API as its description says."""

from contextlib import suppress

import pytest

from claims.api import filters
from sources.actions.storing import store_publications
from sources.actions.trials import store_trial
from sources.clinicaltrials_json import parse_study
from sources.models import Service
from sources.pubmed import RecordWithRaw
from sources.pubmed_xml import PubMedXMLError, parse_reply
from sources.registration import Malformed
from tests.claims.api_schema import answer_schema, complaints
from tests.claims.api_world import ROOT
from tests.factories import NOW
from tests.standins.records import FIXTURES

pytestmark = pytest.mark.django_db


def store_all(folder):
    """Store what the folder's files hold, and return how many records that are."""
    records = {}
    for file in sorted(folder.glob("*.xml")):
        with suppress(PubMedXMLError):
            reply = parse_reply(file.read_bytes())
            records |= {r.pmid: RecordWithRaw(r, reply.raw[r.pmid]) for r in reply.records}
    store_publications(records, now=NOW)
    return len(records)


def store_all_studies(folder):
    studies = {}
    for file in sorted(folder.glob("**/*.json")):
        raw = file.read_bytes()
        with suppress(Malformed):
            record = parse_study(raw)
            studies[record.registry_id] = (record, raw)
    for registry_id, (record, raw) in studies.items():
        store_trial(Service.CLINICALTRIALS, registry_id, record, raw, now=NOW)
    return len(studies)


def read_all(client, name):
    address, rows, schema = f"{ROOT}{name}/", [], answer_schema(f"{ROOT}{name}/")
    address += f"?page_size={filters.LARGEST_PAGE}"
    while address:
        page = client.get(address).json()
        assert complaints(schema, page) == []
        rows += page["results"]
        address = page["next"]
    return rows


def test_our_own_odd_publications_are_told_as_described(client):
    stored = store_all(FIXTURES / "pubmed")

    rows = read_all(client, "publications")

    assert len(rows) == stored > 20
    assert all(row["fetched_at"] for row in rows)


def test_our_own_odd_trials_are_told_as_described(client):
    stored = store_all_studies(FIXTURES / "clinicaltrials")

    rows = read_all(client, "trials")

    assert len(rows) == stored > 5


def test_real_publications_are_told_as_described(client, shared_data):
    stored = store_all(shared_data / "pubmed")

    assert len(read_all(client, "publications")) == stored > 100


def test_real_trials_are_told_as_described(client, shared_data):
    stored = store_all_studies(shared_data / "ctgov")

    assert len(read_all(client, "trials")) == stored > 30
