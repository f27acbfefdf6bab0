"""What readers and API clients see of an identity conflict, and what it does to verdicts."""

import pytest
from django.utils import timezone

from claims.actions.verdicts import derive_verdicts
from claims.models import Verdict
from sources.actions.conflicts import resolve_conflict
from sources.models import IdentityConflict, Publication
from tests.factories import (
    ClaimFactory,
    EvidenceItemFactory,
    IdentityConflictFactory,
    PublicationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DOI = "10.5555/shared"


def of_two():
    holder = PublicationFactory(pmid="12", doi=DOI, fetched=True)
    paper = PublicationFactory(pmid="11", fetched=True, identity="in_conflict")
    return IdentityConflictFactory(of_two=True, publication=paper, other_publication=holder)


def counted(claim):
    [item] = Verdict.objects.current().get(claim=claim).trace["items"]
    return item["counted"], item["reason"]


def test_evidence_counts_again_once_its_conflict_is_settled():
    conflict = of_two()
    claim = ClaimFactory()
    EvidenceItemFactory(claim=claim, publication=conflict.publication, judged=True)
    derive_verdicts(by=UserFactory(), now=timezone.now())
    before = counted(claim)

    resolve_conflict(
        conflict, resolution="different", by=UserFactory(), now=timezone.now(), why="read both"
    )
    derive_verdicts(by=UserFactory(), now=timezone.now())

    assert before == (False, "identity_in_conflict")
    assert counted(claim)[0] is True


def test_the_page_shows_both_sides_on_both_publications(client):
    of_two()

    subject = client.get("/publications/11/").content.decode()
    other = client.get("/publications/12/").content.decode()

    assert "Identity in conflict: one DOI, two publications." in subject
    assert "this publication does not count as evidence" in subject
    assert 'The other record is <a href="/publications/12/">PMID 12</a>.' in subject
    assert "this publication goes on counting" in other


def test_a_duplicates_page_leads_to_the_record_that_is_kept(client):
    conflict = of_two()
    Publication.objects.filter(pmid="12").update(pmid=None)
    resolve_conflict(
        conflict, resolution="one_keep_this", by=UserFactory(), now=timezone.now(), why="same"
    )
    dropped = Publication.objects.get(identity="duplicate")

    response = client.get(f"/publications/merged-{dropped.pk}/")

    assert (response.status_code, response["Location"]) == (302, "/publications/11/")
    assert client.get("/publications/merged-99999999/").status_code == 404
    listed = client.get("/api/v1/publications/").json()["results"]
    assert [row["pmid"] for row in listed] == ["11"]


def test_the_api_tells_of_open_conflicts_only(client):
    conflict = of_two()
    IdentityConflictFactory(publication=conflict.publication, resolved=True)

    rows = client.get("/api/v1/publications/").json()["results"]

    told = {row["pmid"]: row["identity_conflicts"] for row in rows}
    assert told == {
        "12": [],
        "11": [
            {
                "kind": "doi_of_two",
                "ours": DOI,
                "ours_from": "the curators",
                "theirs": DOI,
                "theirs_from": "PubMed's record",
                "other": "/publications/12/",
                "found_at": "2026-03-01T12:00:00Z",
            }
        ],
    }


def test_of_records_merged_one_after_another_the_last_kept_stands_for_all():
    first, second, third = (PublicationFactory() for _ in range(3))
    for kept, gone in ((second, first), (third, second)):
        IdentityConflictFactory(
            kind="doi_of_two",
            publication=kept,
            other_publication=gone,
            resolved=True,
            resolution="one_keep_this",
        )

    kept = IdentityConflict.objects.kept_publications()

    assert kept == {first.pk: third.pk, second.pk: third.pk}
