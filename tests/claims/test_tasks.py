"""News from the sources, picked up by the workers."""

import pytest

from claims.models import Quote, Verdict
from claims.tasks import rederive_verdicts
from sources.models import Publication
from tests.factories import (
    NOW,
    AssessmentFactory,
    ConsensusFactory,
    EvidenceItemFactory,
    PublicationFactory,
    QuoteFactory,
)

pytestmark = pytest.mark.django_db


def quoted(publication, text, **values):
    item = EvidenceItemFactory(publication=publication)
    return QuoteFactory(assessment=AssessmentFactory(item=item), text=text, **values)


def test_retraction_reaches_the_verdicts():
    item = EvidenceItemFactory(publication=PublicationFactory(fetched=True))
    ConsensusFactory(item=item)
    assert rederive_verdicts() == 1
    Publication.objects.update(integrity="retracted")

    assert rederive_verdicts() == 1

    verdict = Verdict.objects.current().get()
    assert (verdict.label, verdict.trace["items"][0]["reason"]) == ("Unassessed", "retracted")


def test_nothing_new_changes_nothing():
    EvidenceItemFactory(judged=True)
    rederive_verdicts()

    assert rederive_verdicts() == 0


@pytest.mark.parametrize(
    ("text", "was", "becomes"),
    [
        ("Insulin was given to forty people", "no_text_available", "verified"),
        ("Insulin was given to fifty people", "no_text_available", "not_found"),
        ("Insulin was given to fifty people", "not_found", "not_found"),
        ("Insulin was given to fifty people", "verified", "stale"),
        ("Insulin was given to forty people", "stale", "verified"),
    ],
)
def test_quotes_are_checked_again_after_a_fetch(text, was, becomes):
    quoted(PublicationFactory(fetched=True), text, status=was)

    rederive_verdicts()

    assert Quote.objects.get().status == becomes
    assert Quote.objects.get().checked_at > NOW


def test_quote_that_was_checked_since_the_fetch_is_left_alone():
    quoted(
        PublicationFactory(fetched=True, fetched_at=NOW.replace(year=2020)),
        "Insulin was given to fifty people",
        status="verified",
        checked_at=NOW,
    )

    rederive_verdicts()

    assert Quote.objects.get().status == "verified"


def test_quote_of_an_abstract_that_is_gone_has_no_text():
    publication = PublicationFactory(
        fetched=True, abstract_state="absent_in_source", abstract_sections=[]
    )
    quoted(publication, "Insulin was given to forty people", status="verified")

    rederive_verdicts()

    assert Quote.objects.get().status == "no_text_available"
