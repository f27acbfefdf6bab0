"""An article's text, imported, and where its claims stand in it."""

import pytest

from claims.actions.articles import IllegalText, import_text
from claims.actions.people import initial_curation
from claims.anchors import fingerprint
from claims.models import ArticleSnapshot, ClaimAnchor
from tests.breaking import refused
from tests.factories import (
    NOW,
    ArticleFactory,
    ArticleSnapshotFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    sha256,
)

pytestmark = pytest.mark.django_db

TEXT = (
    "Insulin lowers the glucose of the blood. Some say it also stores fat in the liver.\n\n"
    "A reader adds that fasting lowers it too."
)
SPANS = {
    "lowers": ("author", "Insulin lowers the glucose of the blood."),
    "stores": ("author", "Some say it also stores fat in the liver."),
    "fasting": ("reader_comment", "A reader adds that fasting lowers it too."),
}
FOUND = {"exact": 0, "relocated": 0, "ambiguous": 0, "orphaned": 0}


@pytest.fixture
def article():
    """Return an article whose text is known by its fingerprints only."""
    article = ArticleFactory(title="On insulin")
    snapshot = ArticleSnapshotFactory(
        article=article, sha256=sha256(TEXT), code_points=len(TEXT), body_end=TEXT.index("\n")
    )
    for key, (voice, span) in SPANS.items():
        start = TEXT.index(span)
        words = fingerprint(span)
        ClaimAnchorFactory(
            claim=ClaimFactory(article=article, key=key, voice=voice),
            snapshot=snapshot,
            start=start,
            end=start + len(span),
            span_sha256=sha256(span),
            fingerprint_words=words.words,
            fingerprint_sha256=words.sha256,
        )
    return article


def bring(article, text):
    return import_text(article, text, by=initial_curation(), now=NOW).counts


def places(snapshot):
    return {
        anchor.claim.key: (anchor.status, snapshot.text[anchor.start : anchor.end])
        for anchor in snapshot.anchors.filter(start__isnull=False)
    }


def test_the_text_itself_completes_its_snapshot(article):
    counts = bring(article, TEXT)

    snapshot = ArticleSnapshot.objects.get()
    assert counts == {**FOUND, "exact": 3}
    assert (snapshot.text, snapshot.retrieved_at) == (TEXT, NOW)
    assert places(snapshot) == {key: ("exact", span) for key, (_, span) in SPANS.items()}


@pytest.mark.parametrize("given", ["\ufeff" + TEXT, TEXT.replace("\n", "\r\n")])
def test_byte_order_mark_and_line_ends_do_not_matter(article, given):
    assert bring(article, given) == {**FOUND, "exact": 3}


def test_importing_again_changes_nothing(article):
    bring(article, TEXT)
    events = ClaimAnchor.pgh_event_model.objects.count()

    assert bring(article, TEXT) == {**FOUND, "exact": 3}
    assert ClaimAnchor.pgh_event_model.objects.count() == events
    assert ArticleSnapshot.objects.count() == 1


def test_another_rendition_becomes_a_snapshot_of_its_own(article):
    given = f"Menu\n\n{TEXT}".replace("glucose of the", "glucose  of  the")

    counts = bring(article, given)

    snapshot = ArticleSnapshot.objects.get(text__isnull=False)
    assert counts == {**FOUND, "relocated": 3}
    assert ArticleSnapshot.objects.count() == 2
    assert (given[snapshot.body_start], given[snapshot.body_end :]) == (
        "I",
        "\n\nA reader adds that fasting lowers it too.",
    )
    assert places(snapshot)["fasting"] == (
        "relocated",
        "A reader adds that fasting lowers it too",
    )
    assert ClaimAnchor.objects.filter(snapshot=snapshot).count() == 3


def test_claim_that_is_gone_is_given_no_place(article):
    counts = bring(article, TEXT.replace("stores fat", "keeps fat"))

    snapshot = ArticleSnapshot.objects.get(text__isnull=False)
    assert counts == {**FOUND, "relocated": 2, "orphaned": 1}
    assert places(snapshot) == {
        "lowers": ("relocated", "Insulin lowers the glucose of the blood"),
        "fasting": ("relocated", "A reader adds that fasting lowers it too"),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The text is empty."),
        (" \n", "The text is empty."),
        ("Insulin\0lowers", "The text holds a NUL character; it is no text."),
        (
            "A recipe for soup.",
            "None of the 3 claims stands in this text. Is it “On insulin”?",
        ),
    ],
)
def test_what_is_no_text_of_the_article_is_refused(article, text, message):
    with pytest.raises(IllegalText) as refusal:
        bring(article, text)

    assert str(refusal.value) == message
    assert not ArticleSnapshot.objects.filter(text__isnull=False).exists()


def test_article_without_claims_takes_any_text():
    article = ArticleFactory()

    assert bring(article, "Some words.") == FOUND
    assert article.snapshots.get().body_end == len("Some words.")


def test_text_is_never_replaced(article):
    bring(article, TEXT)

    with refused("Cannot update"):
        ArticleSnapshot.objects.update(text=None)


def test_history_says_that_the_text_was_imported(article):
    bring(article, TEXT)

    reasons = {
        event.pgh_context["reason"]
        for event in ClaimAnchor.pgh_event_model.objects.filter(pgh_label="update")
    }
    assert reasons == {"text imported"}
