"""News from the sources, picked up by the workers."""

import pytest

from claims.models import Quote, Verdict
from claims.tasks import recheck_sources, rederive_verdicts
from sources.actions.integrity import store_work
from sources.crossref_json import Notice
from sources.models import FetchRequest, Publication
from tests.factories import (
    NOW,
    AssessmentFactory,
    CitationFactory,
    ClaimFactory,
    ConsensusFactory,
    EvidenceItemFactory,
    PublicationFactory,
    QuoteFactory,
    ReportFactory,
    TrialFactory,
)
from tests.fakes import FakeCrossref

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


def test_what_claims_use_is_checked_again_and_nothing_else():
    used = PublicationFactory(pmid="1", doi="10.5555/1")
    cited = PublicationFactory(pmid="2", doi=None)
    of_withdrawn = PublicationFactory(pmid="3")
    PublicationFactory(pmid="4", doi="10.5555/4")
    EvidenceItemFactory.create_batch(2, publication=used)
    CitationFactory(publication=cited, resolution="resolved")
    EvidenceItemFactory(publication=of_withdrawn, claim=ClaimFactory(state="withdrawn"))

    first, second = recheck_sources(), recheck_sources()

    asked = sorted(FetchRequest.objects.values_list("service", "identifier"))
    assert asked == [("crossref", "10.5555/1"), ("pubmed", "1"), ("pubmed", "2")]
    assert (first, second) == (3, 0)


def test_registrations_that_claims_use_are_looked_at_again():
    paper = PublicationFactory(pmid=None, doi=None, pmcid="PMC1")
    EvidenceItemFactory(publication=None, trial=TrialFactory(registry_id="NCT00000001"))
    CitationFactory(trial=TrialFactory(registry_id="NCT00000002"), resolution="resolved")
    EvidenceItemFactory(publication=paper)
    ReportFactory(publication=paper, trial=TrialFactory(registry_id="NCT00000003"))
    TrialFactory(registry_id="NCT00000004")

    first, second = recheck_sources(), recheck_sources()

    asked = FetchRequest.objects.order_by("identifier").values_list("service", "identifier")
    numbers = ("NCT00000001", "NCT00000002", "NCT00000003")
    assert list(asked) == [("clinicaltrials", number) for number in numbers]
    assert (first, second) == (3, 0)


def test_crossrefs_retraction_makes_the_verdict_stale():
    paper = PublicationFactory(fetched=True, doi="10.5555/1")
    ConsensusFactory(item=EvidenceItemFactory(publication=paper))
    rederive_verdicts()
    told = Notice("retraction", "retraction", "10.5555/n", None, "Retraction", ())

    store_work(FakeCrossref({"10.5555/1": [told]}).fetch("10.5555/1"), now=NOW)

    assert rederive_verdicts() == 1
    verdict = Verdict.objects.current().get()
    assert (verdict.label, verdict.trace["items"][0]["reason"]) == ("Unassessed", "retracted")
