"""Every change is recorded, by whatever way it is made, and the record cannot be changed."""

import pytest
from django.apps import apps
from django.db import connection

from claims.actions.history import because
from claims.models import Citation, Claim, ClaimRelation
from sources.models import Publication
from tests.breaking import refused
from tests.factories import (
    NOW,
    AssessmentFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    ClaimRelationFactory,
    ConsensusFactory,
    EvidenceItemFactory,
    PublicationFactory,
    QuoteFactory,
    SearchRecordFactory,
    UserFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

TRACKED = {
    "Assessment": (AssessmentFactory, {"rationale": "On second thoughts."}),
    "Citation": (CitationFactory, {"raw": "a study"}),
    "Claim": (ClaimFactory, {"note": "Illustration."}),
    "ClaimAnchor": (ClaimAnchorFactory, {"section": "S9"}),
    "ClaimRelation": (ClaimRelationFactory, {"type": "qualifies"}),
    "Consensus": (ConsensusFactory, {"rationale": "Agreed."}),
    "EvidenceItem": (EvidenceItemFactory, {"finding": "another"}),
    "Quote": (QuoteFactory, {"status": "verified"}),
    "SearchRecord": (SearchRecordFactory, {"hits": 99}),
    "Verdict": (VerdictFactory, {"is_current": False}),
}
KEPT_FOR_EVER = {"Claim", "Verdict"}


def events_of(model):
    return apps.get_model("claims", f"{model.__name__}Event").objects.order_by("pgh_id")


def labels(row):
    return list(events_of(type(row)).filter(id=row.pk).values_list("pgh_label", flat=True))


@pytest.mark.parametrize("name", TRACKED)
def test_each_change_is_recorded_with_its_values(name):
    factory, changes = TRACKED[name]
    row = factory()

    type(row)._default_manager.filter(pk=row.pk).update(**changes)

    assert labels(row) == ["insert", "update"]
    newest = events_of(type(row)).filter(id=row.pk).last()
    assert {field: getattr(newest, field) for field in changes} == changes


@pytest.mark.parametrize("name", sorted(set(TRACKED) - KEPT_FOR_EVER))
def test_what_is_deleted_leaves_its_last_values(name):
    row = TRACKED[name][0]()
    key = row.pk

    row.delete()

    last = events_of(type(row)).filter(id=key).last()
    assert (last.pgh_label, last.pgh_obj_id) == ("delete", key)


def test_all_models_with_a_history_are_tried():
    tracked = {
        model.pgh_tracked_model.__name__
        for model in apps.get_app_config("claims").get_models()
        if hasattr(model, "pgh_tracked_model")
    }

    assert tracked == set(TRACKED)


def test_bulk_writes_are_recorded():
    claims = ClaimFactory.build_batch(3, article=ClaimFactory().article)
    Claim.objects.bulk_create(claims)
    for claim in claims:
        claim.note = "Seen."
    Claim.objects.bulk_update(claims, ["note"])

    assert [labels(claim) for claim in claims] == [["insert", "update"]] * 3


def test_raw_sql_is_recorded():
    relation = ClaimRelationFactory()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE claims_claimrelation SET type = 'restates'")
        cursor.execute("DELETE FROM claims_claimrelation")

    assert labels(relation) == ["insert", "update", "delete"]
    assert not ClaimRelation.objects.exists()


def test_an_update_that_changes_nothing_is_no_event():
    citation = CitationFactory()

    Citation.objects.filter(pk=citation.pk).update(raw=citation.raw)

    assert labels(citation) == ["insert"]


@pytest.mark.parametrize("name", TRACKED)
def test_history_cannot_be_changed(name):
    events = events_of(type(TRACKED[name][0]()))

    with refused("Cannot update or delete"):
        events.update(pgh_label="never")
    with refused("Cannot update or delete"):
        events.all().delete()


def test_history_says_who_and_why():
    reviewer = UserFactory()

    with because(reviewer, "It was too strong."):
        claim = ClaimFactory()
        Claim.objects.filter(pk=claim.pk).update(note="Softened.", updated_at=NOW)

    assert [event.pgh_context for event in events_of(Claim)] == [
        {"user": reviewer.pk, "reason": "It was too strong."}
    ] * 2
    assert all(event.pgh_created_at for event in events_of(Claim))


def test_what_changes_in_a_publication_is_recorded_where_verdicts_may_rest_on_it():
    publication = PublicationFactory(fetched=True)

    Publication.objects.filter(pk=publication.pk).update(volume="12")
    Publication.objects.filter(pk=publication.pk).update(integrity="retracted")

    events = apps.get_model("sources", "PublicationEvent").objects.order_by("pgh_id")
    assert [(event.pgh_label, event.integrity) for event in events] == [
        ("known_before", "current"),
        ("update", "retracted"),
    ]
