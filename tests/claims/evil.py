"""A site on which every text that is shown is hostile."""

from tests.factories import (
    NOW,
    ArticleFactory,
    ArticleSnapshotFactory,
    AssessmentFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    ConsensusFactory,
    EvidenceItemFactory,
    FetchRequestFactory,
    InclusionFactory,
    IntegrityNoticeFactory,
    PublicationFactory,
    QuoteFactory,
    ReportFactory,
    SearchRecordFactory,
    TrialDigestFactory,
    TrialFactory,
    TrialResultFactory,
    VerdictFactory,
)

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>'\"&{{ 7 }}"
LISTS = [
    "/",
    "/about/",
    "/claims/",
    f"/claims/?q={EVIL}&topic={EVIL}&verdict={EVIL}&article={EVIL}",
    "/topics/",
    "/topics/liver/",
    "/search/?q=script",
    "/search/?q=%3Cscript%3Ealert(1)%3C/script%3E",
    "/changes/",
]


def evil(*fields):
    return dict.fromkeys(fields, EVIL)


def evil_site():
    """Return the claim, article, publication and trial of the site."""
    claim = evil_claim()
    publication = evil_publication(identity="mismatch")
    trial = evil_trial()
    ReportFactory(publication=publication, trial=trial)
    InclusionFactory(review=publication, publication=evil_publication())
    IntegrityNoticeFactory(publication=publication, reference=EVIL, notice_pmid="", notice_doi=EVIL)
    FetchRequestFactory(identifier=publication.pmid, failed=True, last_error=EVIL)
    TrialResultFactory(
        trial=trial,
        publication=publication,
        p=EVIL[:60],
        measure="<b>HR</b>",
        **evil("outcome", "events"),
    )
    evil_evidence(claim, publication)
    CitationFactory(
        claim=claim, trial=trial, resolution="resolved", accuracy="accurate", raw=EVIL, note=EVIL
    )
    evil_verdict(claim)
    return [claim, claim.article, publication, trial]


def evil_claim():
    article = ArticleFactory(
        title=EVIL, authors=[EVIL], **evil("publisher", "published_note", "interest_note")
    )
    outline = {
        "sections": [{"key": "S0", "label": EVIL, "start": 0, "end": 20}],
        "paragraphs": [{"number": 1, "start": 0, "end": len(EVIL)}],
    }
    snapshot = ArticleSnapshotFactory(article=article, text=EVIL, outline=outline)
    claim = ClaimFactory(
        article=article,
        statement=f"{EVIL}.",
        topics=["liver"],
        **evil("population", "exposure", "comparator", "outcome", "note"),
    )
    ClaimAnchorFactory(claim=claim, snapshot=snapshot, start=0, end=len(EVIL), exact=True)
    SearchRecordFactory(claim=claim, query=EVIL, database=EVIL)
    return claim


def evil_publication(**known):
    return PublicationFactory(
        fetched=True,
        title_html=EVIL,
        authors=[{"family": EVIL, "initials": EVIL, "collective": EVIL}],
        abstract_sections=[{"label": EVIL, "category": EVIL, "text": EVIL, "html": EVIL}],
        publication_types=[{"ui": "x", "name": EVIL}],
        languages=[EVIL],
        **evil("title", "vernacular_title", "journal", "volume", "issue", "pages"),
        **evil("medline_date", "expected_first_author", "interest_note", "integrity_note"),
        **evil("expected_title", "identity_basis"),
        **known,
    )


def evil_trial():
    trial = TrialFactory(
        fetched=True,
        aliases=[EVIL],
        secondary_ids=[EVIL],
        phases=[EVIL],
        conditions=[EVIL],
        interventions=[{"name": EVIL}],
        primary_outcomes=[{"measure": EVIL, "time_frame": EVIL}],
        **evil("acronym", "title", "official_title", "status", "why_stopped", "study_type"),
        **evil("allocation", "masking", "enrollment_type", "sponsor"),
    )
    TrialDigestFactory(
        trial=trial,
        **evil("years", "population", "intervention", "comparator", "tested", "follow_up"),
        **evil("shows", "does_not_show", "numbers_from"),
    )
    return trial


def evil_evidence(claim, publication):
    item = EvidenceItemFactory(claim=claim, publication=publication, finding=EVIL)
    ConsensusFactory(
        item=item,
        effect_measure="<b>HR</b>",
        effect_p="<i>0.1</i>",
        **evil("effect_outcome", "rob_reason", "dissent"),
    )
    QuoteFactory(assessment=AssessmentFactory(item=item, rationale=EVIL), text=EVIL)


def evil_verdict(claim):
    VerdictFactory(
        claim=claim,
        supported=True,
        rated=True,
        domain_reasons={"risk_of_bias": EVIL},
        derived_verdict="unassessed",
        stale_since=NOW,
        **evil("summary", "override_reason", "stale_reason", "certainty_override_reason"),
    )
