"""A small public world, and the same with what readers must never see."""

from tests import factories
from tests.factories import NOW

ROOT = "/api/v1/"


def ruling(item, *, counted=True, reason="decisive", tier="decisive"):
    """What the trace of a verdict says of an item."""
    return {
        "key": item.key,
        "unit": item.unit,
        "tier": tier,
        "counted": counted,
        "side": "for" if counted else "none",
        "reason": reason,
    }


def judged_claim(**values):
    """A claim with a counted item, an uncounted one, one that awaits consensus, and a verdict on them."""
    claim = factories.ClaimFactory(**values)
    counted = factories.EvidenceItemFactory(claim=claim, judged=True, judged__with_effect=True)
    neutral = factories.EvidenceItemFactory(claim=claim, judged=True, judged__neutral=True)
    factories.EvidenceItemFactory(claim=claim, of_trial=True)
    rulings = [ruling(counted), ruling(neutral, counted=False, reason="neutral")]
    factories.VerdictFactory(
        claim=claim,
        supported=True,
        rated=True,
        evidence_counts={"supports": 1, "contradicts": 0, "neutral": 1, "not_counted": 1},
        trace={"kind": "leaf", "rule": "V5", "items": rulings, "rests_on": [], "flags": []},
    )
    return claim


def whole_world():
    """One of everything that the API shows; returns the claim in its middle."""
    claim = judged_claim(key="in-the-middle", topics=["insulin-action"], exposure="insulin")
    publication = rich_publication()
    trial = rich_trial(publication)
    factories.EvidenceItemFactory(claim=claim, publication=publication, judged=True)
    factories.CitationFactory(claim=claim, resolved=True)
    factories.CitationFactory(claim=claim)
    factories.ClaimRelationFactory(source=claim)
    compound = factories.ClaimFactory(article=claim.article)
    factories.ClaimFactory(parent=compound, is_core=True, population="adults")
    factories.VerdictFactory(claim=compound, superseded=True)
    factories.VerdictFactory(
        claim=compound, version=2, contradicted=True, stale=True, approved=True
    )
    factories.EvidenceItemFactory(claim=claim, publication=None, trial=trial, judged=True)
    factories.EvidenceItemFactory(
        claim=claim, publication=factories.PublicationFactory(without_pmid=True)
    )
    return claim


def rich_publication():
    publication = factories.PublicationFactory(
        fetched=True,
        doi="10.5555/rich(2015)<1>",
        pmcid="PMC123",
        integrity="corrected",
        title_html="Rich <i>publication</i>",
        authors=[
            {"family": "Author", "given": "Ann", "initials": "A", "affiliations": ["A hospital"]},
            {"collective": "The Group"},
        ],
        publication_types=[{"ui": "D016449", "name": "Randomized Controlled Trial"}],
        mesh=[
            {
                "ui": "D007328",
                "name": "Insulin",
                "major": True,
                "qualifiers": [{"ui": "Q000627", "name": "therapeutic use", "major": True}],
            }
        ],
        keywords=["insulin"],
        languages=["eng"],
        databank_ids=[
            {"bank": "ClinicalTrials.gov", "accession": "NCT90000001", "origin": "databank"}
        ],
        comments_corrections=[
            {"ref_type": "ErratumIn", "pmid": "80000001", "ref_source": "J Ex. 2016"}
        ],
        month=7,
        day=16,
    )
    factories.IntegrityNoticeFactory(
        publication=publication, kind="correction", notice_pmid="80000001"
    )
    factories.IntegrityNoticeFactory(
        publication=publication, kind="retraction", notice_pmid="80000002", cleared_at=NOW
    )
    return publication


def rich_trial(publication):
    trial = factories.TrialFactory(
        fetched=True,
        phases=["PHASE3"],
        conditions=["Type 2 diabetes"],
        enrollment=100,
        has_results=True,
        arms=[{"label": "Insulin", "type": "EXPERIMENTAL", "interventions": ["Drug: insulin"]}],
        interventions=[{"type": "DRUG", "name": "Insulin", "arms": ["Insulin"]}],
        primary_outcomes=[{"measure": "Death", "time_frame": "5 years"}],
    )
    factories.TrialDigestFactory(trial=trial)
    factories.TrialResultFactory(trial=trial, publication=publication)
    factories.ReportFactory(trial=trial, publication=publication)
    return trial
