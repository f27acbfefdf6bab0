"""Every kind of page in a real browser: nothing sticks out, nothing is blocked, nobody else is asked."""

import pytest

from claims.actions.verdicts import derive_verdicts
from tests.browser.conftest import Visit
from tests.factories import (
    NOW,
    ArticleFactory,
    ArticleSnapshotFactory,
    CitationFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    ClaimRelationFactory,
    EvidenceItemFactory,
    IntegrityNoticeFactory,
    PublicationFactory,
    ReportFactory,
    SearchRecordFactory,
    TrialDigestFactory,
    TrialFactory,
    TrialResultFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

FINE = Visit(status=200, overflow=0)
LONG = "Dichlorodiphenyltrichloroethanhypersensitivitätsreaktionsbeobachtung" * 2
WINDOWS = [(320, "light"), (390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


LISTS = [
    "/",
    "/about/",
    "/methods/",
    "/claims/",
    "/claims/?q=zebra",
    "/topics/",
    "/topics/liver/",
    "/search/?q=doors",
    f"/search/?q={LONG}",
    "/changes/",
]


@pytest.fixture
def addresses(live_server):
    """Return one address for each kind of page, with rows of every sort and words without end."""
    whole, leaf = compound_claim()
    publication, trial = sources()
    judged = {"judged": True, "judged__rationale": LONG, "judged__with_effect": True}
    EvidenceItemFactory(claim=leaf, publication=publication, finding=LONG[:90], **judged)
    EvidenceItemFactory(claim=leaf, publication=None, trial=trial, **judged, judged__against=True)
    EvidenceItemFactory(claim=leaf, judged=True, judged__study_design="animal")
    derive_verdicts([leaf], by=UserFactory(), now=NOW)
    derive_verdicts([whole], by=UserFactory(), now=NOW)
    shown = [whole.article, whole, leaf, publication, trial]
    paths = [*LISTS, *(one.get_absolute_url() for one in shown)]
    return [f"{live_server.url}{path}" for path in paths]


def compound_claim():
    article = ArticleFactory(key="doors", title=f"Doors {LONG}", dated=True)
    outline = {"sections": [{"key": "S0", "label": LONG, "start": 0, "end": 900}]}
    snapshot = ArticleSnapshotFactory(article=article, outline=outline)
    whole = ClaimFactory(article=article, statement=f"Insulin {LONG[:120]}.", topics=["liver"])
    leaf = ClaimFactory(parent=whole, topics=["liver"], population=LONG, exposure="Insulin")
    ClaimAnchorFactory(claim=whole, snapshot=snapshot)
    CitationFactory(claim=leaf, raw=LONG[:60], note=LONG, accuracy="accurate")
    ClaimRelationFactory(source=leaf, target=whole)
    SearchRecordFactory(claim=leaf, query=LONG)
    return whole, leaf


def sources():
    publication = PublicationFactory(
        fetched=True,
        doi=f"10.5555/{LONG.lower()[:90]}",
        title=f"On {LONG}",
        journal=LONG,
    )
    trial = TrialFactory(acronym=LONG[:60], aliases=[LONG])
    TrialDigestFactory(trial=trial, shows=LONG, does_not_show="Much.")
    TrialResultFactory(trial=trial, publication=publication, outcome=LONG)
    ReportFactory(publication=publication, trial=trial)
    IntegrityNoticeFactory(publication=publication, kind="correction", reference=LONG)
    return publication, trial


def test_every_page_fits_and_keeps_the_policy(visitor, addresses):
    visits = {
        (url, width, scheme): visitor.visit(url, width=width, scheme=scheme)
        for url in addresses
        for width, scheme in WINDOWS
    }

    assert len(visits) == 75
    assert {where: visit for where, visit in visits.items() if visit != FINE} == {}


def test_skip_link_comes_first_and_leads_to_the_content(visitor, addresses):
    assert visitor.keyboard(addresses[0], "Tab", "Enter") == "content"
