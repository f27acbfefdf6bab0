"""The tutorial as its reader does it: an article from nothing to a published verdict."""

import pytest

from claims.models import Article, ArticleSnapshot, Claim, EvidenceItem
from tests.browser.test_admin import Desk
from tests.conftest import ROOT
from tests.desk import person, url_of
from tests.factories import PublicationFactory

pytestmark = pytest.mark.django_db

TEXT = (ROOT / "fixtures" / "second_article" / "article.txt").read_text("utf-8")
PASSAGE = "Early insulin glargine did not lower the rate of heart attacks and strokes"
STATEMENT = (
    "Insulin glargine given early does not change how often heart attacks and strokes happen."
)
JUDGED = {
    "stance": "supports",
    "directness": "direct",
    "scope": "matches",
    "finding_role": "own_result",
    "study_design": "rct",
    "rob_tool": "rob2",
    "rob_overall": "low",
}


@pytest.fixture
def reviewer(visitor, live_server):
    return Desk(visitor, live_server.url, person("reviewer", "rita"))


@pytest.fixture
def editor(visitor, live_server):
    return Desk(visitor, live_server.url, person("editor", "eve"))


def add_article(page):
    page.goto("/admin/claims/article/add/")
    page.fill("#id_key", "early-insulin-and-the-heart")
    page.fill("#id_title", "Does early insulin protect the heart?")
    page.fill("#id_authors", "The tutorial")
    page.fill("#id_language", "en")
    page.click("input[name=_continue]")
    page.click("text=Import text")
    page.fill("textarea[name=pasted]", TEXT)
    page.click(".submit-row input[type=submit]")
    return page.inner_text(".messagelist")


def mark_claim(page):
    page.click("text=Mark claims")
    page.fill("#id_passage", PASSAGE)
    page.click("input[value='Find the passage']")
    page.fill("#id_mark-statement", STATEMENT)
    page.select_option("#id_mark-claim_type", "intervention_effect")
    page.fill("#id_mark-topics", "insulin, cardiovascular-outcomes")
    page.click("text=Make the claim")
    return page.inner_text(".messagelist")


def tie_evidence(page):
    page.click("text=Add another Evidence item")
    page.click("#evidence-0 .field-publication .select2-selection")
    page.locator(".select2-search__field").last.fill("22686416")
    page.click(".select2-results__option:has-text('Basal insulin')")
    page.fill("#id_evidence-0-finding", "cardiovascular outcomes")
    page.click("input[name=_continue]")
    page.click("text=Assess EVI-")


def assess(page):
    for field, value in JUDGED.items():
        page.select_option(f"#id_assessments-0-{field}", value)
    page.fill("#id_assessments-0-rob_reason", "Randomised; outcomes were judged blind.")
    page.fill("#id_assessments-0-rationale", "Its primary outcome is what the claim says.")
    page.click("input[name=_save]")


def test_article_goes_from_nothing_to_a_published_verdict(reviewer, editor, client):
    PublicationFactory(pmid="22686416", title="Basal insulin and the heart", fetched=True)

    imported = editor.does(add_article)
    text_url = url_of(ArticleSnapshot.objects.get())

    def review(page):
        page.goto(text_url)
        made = mark_claim(page)
        tie_evidence(page)
        assess(page)
        return made

    made = reviewer.does(review)
    claim = Claim.objects.get()
    claim_url = url_of(claim)

    def rate_and_send(page):
        page.goto(claim_url)
        verdict_now = page.inner_text(".field-verdict_now .readonly")
        page.click("text=Rate certainty")
        page.fill("#id_imprecision", "-1")
        page.fill("#id_imprecision_reason", "One trial.")
        page.fill("#id_summary", "One large trial found no difference.")
        page.click(".submit-row input[type=submit]")
        page.click("text=Put in review")
        return verdict_now, page.inner_text(".messagelist")

    verdict_now, sent = reviewer.does(rate_and_send)
    verdict = claim.verdicts.order_by("-version")[0]
    verdict_url = url_of(verdict)

    def approve(page):
        page.goto(verdict_url)
        page.click("button:has-text('Approve')")
        return page.inner_text(".messagelist")

    approved = editor.does(approve)

    assert imported.startswith("The text is imported.")
    assert made.startswith(f"{claim.public_id} is made, as a draft.")
    assert verdict_now.startswith("Supported · not rated · one reviewer · not approved")
    assert sent == f"{claim.public_id} is in review, and readers see it."
    assert approved == f"{verdict.public_id} is approved: Supported."
    claim.refresh_from_db()
    assert claim.state == "published"
    page = client.get(claim.get_absolute_url()).content.decode()
    assert STATEMENT in page
    assert "One large trial found no difference." in page
    assert EvidenceItem.objects.get().publication.pmid == "22686416"
    assert client.get(Article.objects.get().get_absolute_url()).status_code == 200
    assert (reviewer.complaints, editor.complaints) == ([], [])
