"""Storing what PubMed sends, and settling which paper a record is."""

from datetime import timedelta

import pytest
from django.db import transaction

from sources.actions import conflicts, publications, storing
from sources.models import FetchRequest, IntegrityNotice, Payload, Publication, Report
from sources.pubmed import RecordWithRaw
from sources.pubmed_xml import PublicationRecord
from tests.factories import NOW, PublicationFactory, TrialFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=7)
NOTICE = {"kind": "correction", "pmid": "99", "doi": None, "date": None, "ref_source": "J Ex 2016"}


def record(pmid="11", **fields):
    return PublicationRecord(
        pmid=pmid, **{"title": "Insulin and the liver", "year": 2015, **fields}
    )


def store(*records, now=NOW):
    with transaction.atomic():
        return storing.store_publications(
            {r.pmid: RecordWithRaw(r, repr(r).encode()) for r in records}, now=now
        )


def test_storing_fills_what_was_unknown():
    PublicationFactory(pmid="11", title="")

    store(record(journal="J Ex", doi="10.5555/x", languages=["eng"], date_revised="2016-01-02"))

    stored = Publication.objects.get()
    assert (stored.title, stored.journal, stored.doi, stored.languages) == (
        "Insulin and the liver",
        "J Ex",
        "10.5555/x",
        ["eng"],
    )
    assert (stored.abstract_state, stored.integrity) == ("absent_in_source", "current")
    assert (stored.fetched_at, stored.integrity_checked_at) == (NOW, NOW)
    assert stored.details["date_revised"] == "2016-01-02"


def test_storing_twice_changes_nothing_but_the_time():
    store(record(notices=[NOTICE]))
    before = Publication.objects.values().get()

    store(record(notices=[NOTICE]), now=LATER)

    after = Publication.objects.values().get()
    changed = {name for name in after if after[name] != before[name]}
    times = {"fetched_at", "integrity_checked_at", "pubmed_checked_at", "updated_at"}
    assert changed == times
    assert Payload.objects.count() == 1
    assert [(n.first_seen_at, n.last_seen_at) for n in IntegrityNotice.objects.all()] == [
        (NOW, LATER)
    ]


def test_a_changed_record_leaves_the_old_bytes_readable():
    store(record())
    store(record(title="Insulin and the liver, corrected"), now=LATER)

    payloads = Payload.objects.of("pubmed", "11").newest_first()
    assert [p.content == repr(record()).encode() for p in payloads] == [False, True]


@pytest.mark.parametrize(
    ("expected", "identity"),
    [
        ("Insulin and the liver", "confirmed"),
        ("Insulin and the Liver.", "confirmed"),
        ("Something else entirely", "mismatch"),
    ],
)
def test_the_title_is_compared_with_the_one_that_was_expected(expected, identity):
    PublicationFactory(pmid="11", expected_title=expected, identity="confirmed")

    store(record())

    assert Publication.objects.get().identity == identity


def test_a_publication_nobody_described_is_what_its_pmid_says():
    PublicationFactory(pmid="11", title="")

    store(record())

    stored = Publication.objects.get()
    assert (stored.identity, stored.identity_basis) == ("confirmed", "fetched")


def test_a_reviewers_word_on_identity_outlives_a_refetch():
    publication = PublicationFactory(pmid="11", expected_title="Something else entirely")
    store(record())
    publication.refresh_from_db()
    ada = UserFactory(username="ada")

    conflicts.settle_identity(publication, accept=True, by=ada, now=NOW, why="renamed")
    store(record(), now=LATER)

    stored = Publication.objects.get()
    assert stored.identity == "confirmed"
    assert stored.identity_basis == "reviewer ada, 2026-03-01: renamed"
    with pytest.raises(conflicts.NothingToSettle):
        conflicts.settle_identity(stored, accept=True, by=ada, now=NOW, why="again")


def test_a_publication_known_by_its_doi_alone_takes_on_the_pmid():
    known = PublicationFactory(pmid=None, doi="10.5555/x")

    store(record(doi="10.5555/x"))

    assert Publication.objects.get().pk == known.pk
    assert Publication.objects.get().pmid == "11"


def test_a_notice_that_is_gone_is_cleared_and_not_deleted():
    store(record(notices=[NOTICE], integrity="corrected"))
    store(record(), now=LATER)

    assert IntegrityNotice.objects.get().cleared_at == LATER
    assert list(IntegrityNotice.objects.standing()) == []
    assert Publication.objects.get().integrity == "current"


def test_only_the_indexers_list_ties_a_publication_to_a_trial():
    TrialFactory(registry_id="NCT00000001")
    TrialFactory(registry_id="NCT00000002")
    banks = [
        {"bank": "ClinicalTrials.gov", "accession": "NCT00000001", "origin": "databank"},
        {"bank": "ClinicalTrials.gov", "accession": "NCT00000002", "origin": "abstract"},
        {"bank": "ClinicalTrials.gov", "accession": "NCT00000003", "origin": "databank"},
    ]

    store(record(databank_ids=banks))

    reports = Report.objects.values_list("trial__registry_id", "role", "origin")
    assert list(reports) == [("NCT00000001", "unstated", "databank")]


@pytest.mark.parametrize(
    ("typed", "public_id", "queued"),
    [
        (" 26052984 ", "26052984", ["26052984"]),
        ("https://doi.org/10.1056/NEJMoa1501352", "10.1056/nejmoa1501352", []),
        ("pmc2860140", "PMC2860140", []),
    ],
)
def test_ensure_publication_makes_it_known_once_and_asks_for_it(typed, public_id, queued):
    ada = UserFactory()

    first = publications.ensure_publication(typed, by=ada, now=NOW)
    second = publications.ensure_publication(typed, by=ada, now=NOW)

    assert (first.pk, first.public_id) == (second.pk, public_id)
    assert [r.identifier for r in FetchRequest.objects.all()] == queued


def test_ensure_publication_says_what_it_takes():
    with pytest.raises(publications.UnknownIdentifier, match="neither a PMID"):
        publications.ensure_publication("12 a", by=UserFactory(), now=NOW)
