"""How a person settles which work a record is."""

from datetime import timedelta

import pytest
from django.db import transaction

from sources.actions import conflicts, storing
from sources.models import (
    FetchRequest,
    IdentityConflict,
    Inclusion,
    Publication,
    Report,
    Trial,
)
from sources.pubmed import RecordWithRaw
from sources.pubmed_xml import PublicationRecord
from tests.at_once import at_once
from tests.factories import (
    NOW,
    EvidenceItemFactory,
    IdentityConflictFactory,
    InclusionFactory,
    PublicationFactory,
    ReportFactory,
    TrialFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=7)
DOI = "10.5555/shared"


def of_two(**other):
    """Return an open conflict: PMID 11 says it has the DOI that another publication has."""
    holder = PublicationFactory(**{"pmid": "12", "doi": DOI, "identity": "confirmed", **other})
    subject = PublicationFactory(pmid="11", fetched=True, identity="in_conflict")
    return IdentityConflictFactory(of_two=True, publication=subject, other_publication=holder)


def settle(conflict, resolution, why="read both", by=None):
    return conflicts.resolve_conflict(
        conflict, resolution=resolution, by=by or UserFactory(), now=NOW, why=why
    )


def dois():
    return dict(Publication.objects.values_list("pmid", "doi"))


def identities():
    return dict(Publication.objects.values_list("pmid", "identity"))


@pytest.mark.parametrize(
    ("resolution", "after"),
    [
        ("keep_ours", {"11": None, "12": DOI}),
        ("take_theirs", {"11": DOI, "12": None}),
        ("different", {"11": None, "12": DOI}),
    ],
)
def test_a_number_goes_to_whom_it_belongs_and_both_count(resolution, after):
    settle(of_two(), resolution)

    assert dois() == after
    assert identities() == {"11": "confirmed", "12": "confirmed"}


def test_a_decision_is_kept_with_who_when_and_why():
    ada = UserFactory(username="ada")

    settle(of_two(), "keep_ours", by=ada)

    row = IdentityConflict.objects.get()
    assert (row.state, row.resolution, row.reason) == ("resolved", "keep_ours", "read both")
    assert (row.resolved_by, row.resolved_at) == (ada, NOW)
    assert Publication.objects.get(pmid="11").identity_basis == (
        "reviewer ada, 2026-03-01: read both"
    )


def test_the_only_number_of_a_publication_is_not_taken_from_it():
    conflict = of_two(pmid=None)

    with pytest.raises(conflicts.CannotResolve, match="no other number and would be lost"):
        settle(conflict, "take_theirs")

    assert IdentityConflict.objects.get().state == "open"
    assert dois() == {"11": None, None: DOI}


def test_two_records_become_one_and_nothing_is_lost():
    conflict = of_two(pmid=None, pmcid="PMC5")
    subject, dropped = conflict.publication, conflict.other_publication
    item = EvidenceItemFactory(publication=dropped)
    report = ReportFactory(publication=dropped)
    InclusionFactory(review=dropped)

    done = settle(conflict, "one_keep_this")

    assert done == conflicts.Resolved(moved=3, left=0)
    item.refresh_from_db()
    report.refresh_from_db()
    assert (item.publication, report.publication) == (subject, subject)
    assert Inclusion.objects.get().review == subject
    kept = Publication.objects.get(pk=subject.pk)
    assert (kept.doi, kept.pmcid, kept.identity) == (DOI, "PMC5", "confirmed")
    left = Publication.objects.get(pk=dropped.pk)
    assert (left.doi, left.pmcid, left.identity) == (None, None, "duplicate")
    assert left.public_id == f"merged-{left.pk}"
    assert list(Publication.objects.identified_by(left.public_id)) == [left]
    assert not Publication.objects.distinct_works().filter(pk=left.pk).exists()
    assert IdentityConflict.objects.kept_instead_of(left) == kept


def test_what_the_kept_record_has_already_stays_where_it_is():
    conflict = of_two()
    trial = TrialFactory()
    for paper in (conflict.publication, conflict.other_publication):
        ReportFactory(publication=paper, trial=trial)

    done = settle(conflict, "one_keep_other")

    assert done == conflicts.Resolved(moved=0, left=1)
    assert Report.objects.count() == 2
    assert identities() == {"11": "duplicate", "12": "confirmed"}
    assert IdentityConflict.objects.kept_instead_of(conflict.publication).pmid == "12"


def test_a_kept_record_that_gets_a_pmid_is_fetched_soon():
    conflict = of_two(pmid=None)

    settle(conflict, "one_keep_other")

    kept = Publication.objects.distinct_works().get()
    assert (kept.pmid, kept.doi) == ("11", DOI)
    assert [r.identifier for r in FetchRequest.objects.live()] == ["11"]


def test_a_duplicate_is_not_kept():
    with pytest.raises(conflicts.CannotResolve, match="keep that one"):
        settle(of_two(identity="duplicate"), "one_keep_other")


@pytest.mark.parametrize(
    ("resolution", "doi", "identity"),
    [
        ("keep_ours", "10.5555/a", "confirmed"),
        ("take_theirs", "10.5555/b", "confirmed"),
        ("different", "10.5555/a", "mismatch"),
    ],
)
def test_one_of_two_numbers_is_chosen(resolution, doi, identity):
    paper = PublicationFactory(pmid="11", fetched=True, doi="10.5555/a", identity="in_conflict")
    conflict = IdentityConflictFactory(
        kind="other_doi", publication=paper, ours="10.5555/a", theirs="10.5555/b"
    )

    settle(conflict, resolution)

    paper.refresh_from_db()
    assert (paper.doi, paper.identity) == (doi, identity)


@pytest.mark.parametrize(
    ("resolution", "identity"), [("take_theirs", "confirmed"), ("different", "mismatch")]
)
def test_a_title_is_the_papers_or_anothers(resolution, identity):
    conflict = IdentityConflictFactory()

    settle(conflict, resolution)

    conflict.publication.refresh_from_db()
    assert conflict.publication.identity == identity


def test_the_buttons_of_a_publication_settle_its_conflict_too():
    conflict = IdentityConflictFactory()

    conflicts.settle_identity(
        conflict.publication, accept=True, by=UserFactory(), now=NOW, why="renamed"
    )

    assert IdentityConflict.objects.get().resolution == "take_theirs"


def test_one_settled_of_two_conflicts_leaves_it_in_conflict():
    conflict = of_two()
    IdentityConflictFactory(
        kind="other_pmcid", publication=conflict.publication, ours="PMC1", theirs="PMC2"
    )

    settle(conflict, "keep_ours")

    assert identities()["11"] == "in_conflict"


def test_settling_a_number_does_not_excuse_another_title():
    conflict = of_two()
    Publication.objects.filter(pmid="11").update(identity="mismatch")

    settle(conflict, "keep_ours")

    assert identities()["11"] == "mismatch"


def test_what_is_no_choice_is_refused():
    with pytest.raises(conflicts.CannotResolve, match="cannot be resolved so"):
        settle(IdentityConflictFactory(), "one_keep_this")
    with pytest.raises(conflicts.CannotResolve, match="Say why"):
        settle(IdentityConflict.objects.get(), "different", why="  ")

    assert IdentityConflict.objects.get().state == "open"


def test_settling_twice_is_refused_and_says_who_was_first():
    conflict = of_two()
    settle(conflict, "keep_ours", by=UserFactory(username="ada"))

    with pytest.raises(conflicts.AlreadyResolved, match="ada has settled this already: keep ours"):
        settle(conflict, "take_theirs")

    assert dois() == {"11": None, "12": DOI}


def test_a_refetch_in_between_is_told_and_not_undone():
    conflict = of_two()
    fresh = PublicationRecord(pmid="11", title="Insulin and the liver", doi="10.5555/mine")
    with transaction.atomic():
        storing.store_publications({"11": RecordWithRaw(fresh, b"")}, now=LATER)

    with pytest.raises(conflicts.AlreadyResolved, match="a later fetch has settled this already"):
        settle(conflict, "take_theirs")

    assert dois() == {"11": "10.5555/mine", "12": DOI}


@pytest.mark.parametrize("resolution", ["keep_ours", "one_keep_this", "different"])
def test_a_settled_conflict_is_not_opened_again_by_a_refetch(resolution):
    conflict = of_two()
    settle(conflict, resolution)

    fresh = PublicationRecord(pmid="11", title="Insulin and the liver", doi=DOI)
    with transaction.atomic():
        storing.store_publications({"11": RecordWithRaw(fresh, b"")}, now=LATER)

    assert not IdentityConflict.objects.open().exists()
    assert identities()["11"] == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_decision():
    conflict = of_two()
    people = [UserFactory(), UserFactory()]

    outcomes = at_once(
        *(
            lambda choice=choice, who=who: settle(
                IdentityConflict.objects.get(pk=conflict.pk), choice, by=who
            )
            for choice, who in zip(("one_keep_this", "take_theirs"), people, strict=True)
        )
    )

    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyResolved", "Resolved"]
    assert IdentityConflict.objects.get().resolved_by in people


@pytest.mark.parametrize(
    ("resolution", "identities_after"),
    [
        ("one_keep_other", ["duplicate", "confirmed"]),
        ("one_keep_this", ["confirmed", "duplicate"]),
        ("different", ["confirmed", "confirmed"]),
    ],
)
def test_two_trials_of_one_registration_are_settled_alike(resolution, identities_after):
    old = TrialFactory(fetched=True, identity="in_conflict")
    new = TrialFactory(fetched=True)
    ReportFactory(trial=old)
    conflict = IdentityConflictFactory(of_trials=True, trial=old, other_trial=new)

    settle(conflict, resolution)

    assert [Trial.objects.get(pk=each.pk).identity for each in (old, new)] == identities_after
    kept = {"one_keep_other": new, "one_keep_this": old, "different": old}[resolution]
    assert Report.objects.get().trial == kept
