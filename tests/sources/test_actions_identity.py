"""What becomes of a record that does not agree with what is stored."""

from datetime import timedelta

import pytest
from django.db import transaction

from sources.actions import identity, storing
from sources.models import IdentityConflict, Publication, Trial
from sources.pubmed import RecordWithRaw
from sources.pubmed_xml import PublicationRecord
from tests.factories import NOW, IdentityConflictFactory, PublicationFactory, TrialFactory

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=7)
DOI = "10.5555/x"


def record(pmid="11", **fields):
    return PublicationRecord(pmid=pmid, **{"title": "Insulin and the liver", **fields})


def store(*records, now=NOW):
    with transaction.atomic():
        return storing.store_publications(
            {r.pmid: RecordWithRaw(r, repr(r).encode()) for r in records}, now=now
        )


def told():
    """Return what each conflict says: state, kind, subject, other, both values."""
    return [
        (
            row.state,
            row.kind,
            row.publication.public_id,
            row.other_publication and row.other_publication.public_id,
            row.ours,
            row.theirs,
        )
        for row in IdentityConflict.objects.with_parties().order_by("pk")
    ]


def test_a_doi_of_another_publication_is_a_conflict_and_not_taken():
    PublicationFactory(pmid="12", doi=DOI, identity="confirmed")

    store(record(doi=DOI))

    assert told() == [("open", "doi_of_two", "11", "12", DOI, DOI)]
    assert dict(Publication.objects.values_list("pmid", "doi")) == {"11": None, "12": DOI}
    assert dict(Publication.objects.values_list("pmid", "identity")) == {
        "11": "in_conflict",
        "12": "confirmed",
    }


def test_two_records_of_one_reply_may_have_one_pmcid():
    store(record(pmcid="PMC9"), record("12", pmcid="PMC9"))

    assert told() == [("open", "pmcid_of_two", "12", "11", "PMC9", "PMC9")]


@pytest.mark.parametrize(
    ("field", "mine", "theirs", "kind"),
    [("doi", DOI, "10.5555/y", "other_doi"), ("pmcid", "PMC1", "PMC2", "other_pmcid")],
)
def test_another_number_than_stored_is_a_conflict_and_not_written_over(field, mine, theirs, kind):
    PublicationFactory(pmid="11", **{field: mine})

    store(record(**{field: theirs}))

    assert told() == [("open", kind, "11", None, mine, theirs)]
    assert getattr(Publication.objects.get(), field) == mine
    assert Publication.objects.get().identity == "in_conflict"


def test_the_same_numbers_are_no_conflict():
    PublicationFactory(pmid="11", doi=DOI, pmcid="PMC1")

    store(record(doi=DOI, pmcid="PMC1"), record("12", doi=None))

    assert told() == []
    assert set(Publication.objects.values_list("identity", flat=True)) == {"confirmed"}


def test_the_title_of_another_paper_is_a_conflict():
    PublicationFactory(pmid="11", expected_title="Leeches", identity="confirmed")

    store(record())

    assert told() == [
        ("open", "other_title", "11", None, "Leeches", "Insulin and the liver"),
    ]
    assert Publication.objects.get().identity == "mismatch"


def test_the_same_disagreement_stays_one_conflict():
    PublicationFactory(pmid="12", doi=DOI)
    store(record(doi=DOI))

    store(record(doi=DOI), now=LATER)

    row = IdentityConflict.objects.get()
    assert (row.state, row.found_at, row.last_seen_at) == ("open", NOW, LATER)


def test_a_disagreement_that_the_source_ends_is_closed_by_itself():
    PublicationFactory(pmid="12", doi=DOI)
    store(record(doi=DOI))

    store(record(doi="10.5555/mine"), now=LATER)

    row = IdentityConflict.objects.get()
    assert (row.state, row.resolution, row.resolved_at) == ("resolved", "gone", LATER)
    assert row.reason == identity.GONE
    assert Publication.objects.get(pmid="11").doi == "10.5555/mine"
    assert Publication.objects.get(pmid="11").identity == "confirmed"


def test_another_disagreement_takes_the_place_of_the_first():
    PublicationFactory(pmid="11", doi=DOI)
    store(record(doi="10.5555/y"))

    store(record(doi="10.5555/z"), now=LATER)

    assert [row[0] for row in told()] == ["resolved", "open"]
    assert IdentityConflict.objects.open().get().theirs == "10.5555/z"
    assert IdentityConflict.objects.exclude(state="open").get().reason == identity.REPLACED


def test_what_a_person_has_settled_is_not_asked_again_until_the_source_says_something_else():
    paper = PublicationFactory(pmid="11", expected_title="Leeches", identity="confirmed")
    IdentityConflictFactory(
        publication=paper, resolved=True, resolution="take_theirs", theirs="Insulin and the liver"
    )
    paper.identity_basis = "reviewer ada, 2026-03-01: renamed"
    paper.save()

    store(record())
    assert told() == [
        ("resolved", "other_title", "11", None, "Insulin and the liver", "Insulin and the liver")
    ]
    assert Publication.objects.get().identity == "confirmed"

    store(record(title="Frogs in winter"), now=LATER)
    assert IdentityConflict.objects.open().get().theirs == "Frogs in winter"
    assert Publication.objects.get().identity == "mismatch"


def test_a_duplicate_takes_on_nothing():
    PublicationFactory(pmid="12", doi=DOI)
    PublicationFactory(pmid="11", identity="duplicate")

    store(record(doi=DOI))

    assert told() == []
    assert Publication.objects.get(pmid="11").identity == "duplicate"


def test_a_trial_answered_as_another_is_a_conflict_until_the_registry_says_otherwise():
    old, new = TrialFactory(fetched=True), TrialFactory(fetched=True)

    identity.note_registration(old, new, now=NOW)
    identity.note_registration(old, new, now=LATER)

    row = IdentityConflict.objects.get()
    assert (row.kind, row.trial, row.other_trial, row.state) == ("registry_id", old, new, "open")
    assert (row.found_at, row.last_seen_at) == (NOW, LATER)
    assert Trial.objects.get(pk=old.pk).identity == "in_conflict"

    old.refresh_from_db()
    identity.note_registration(old, None, now=LATER)

    assert IdentityConflict.objects.get().resolution == "gone"
    assert Trial.objects.get(pk=old.pk).identity == "unconfirmed"


def test_a_trial_answered_by_its_own_number_is_no_conflict():
    trial = TrialFactory(fetched=True)

    identity.note_registration(trial, None, now=NOW)

    assert not IdentityConflict.objects.exists()
    assert Trial.objects.get().identity == "confirmed"
