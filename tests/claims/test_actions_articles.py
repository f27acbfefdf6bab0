"""Importing an article's text: every claim is found again, or said to be lost; never guessed."""
# ruff: noqa: RUF001

from collections import Counter

import pytest

from claims.actions.articles import (
    IllegalText,
    OutsideBody,
    correct_body,
    import_page,
    import_text,
)
from claims.actions.errors import IllegalChange, NotAllowed
from claims.actions.people import initial_curation
from claims.anchors import fingerprint
from claims.models import ArticleSnapshot, ClaimAnchor
from tests.claims.renditions import TEXTS, one_word_changed, tagged
from tests.desk import person
from tests.factories import (
    NOW,
    ArticleFactory,
    ArticleSnapshotFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    UserFactory,
    sha256,
)

pytestmark = pytest.mark.django_db

BODY = """Why “tired” people crave sugar

People who sleep less than five hours eat more sugar on the next day. It’s known from “small” trials,
and hardly anybody doubts it: hunger grows by a fifth.

In the first trial, twelve men slept four hours and ate 300 kilocalories more than usual, most of it
from sweets. Nobody has shown that the effect lasts longer than a week.

If you want to eat less sugar, sleep more. It is that simple – although hardly anybody believes it
when they hear it for the first time, as far as I can tell from my own patients."""
COMMENTS = """I have slept four hours for years, and I never eat sweets. My blood sugar is fine.

Great article, thank you! Since I sleep for eight hours I have lost seven kilograms."""
TEXT = f"{BODY}\n\n{COMMENTS}"
SENTENCES = {
    "author": [
        "People who sleep less than five hours eat more sugar on the next day",
        "It’s known from “small” trials,\nand hardly anybody doubts it",
        "hunger grows by a fifth",
        "twelve men slept four hours and ate 300 kilocalories more than usual",
        "ate 300 kilocalories more than usual, most of it\nfrom sweets",
        "Nobody has shown that the effect lasts longer than a week",
        "It is that simple – although hardly anybody believes it",
    ],
    "reader_comment": [
        "I have slept four hours for years, and I never eat sweets.",
        "Since I sleep for eight hours I have lost seven kilograms",
    ],
}
ALL = {"exact": 9, "relocated": 0, "ambiguous": 0, "orphaned": 0}


def counts(**found):
    return {"exact": 0, "relocated": 0, "ambiguous": 0, "orphaned": 0} | found


def mark(snapshot, words, start=None, **values):
    """Make a claim with an anchor on these words of a snapshot's text."""
    made = fingerprint(words)
    place = {} if start is None else {"start": start, "end": start + len(words)}
    return ClaimAnchorFactory(
        claim=ClaimFactory(article=snapshot.article, **values),
        snapshot=snapshot,
        span_sha256=sha256(words),
        fingerprint_words=made.words,
        fingerprint_sha256=made.sha256,
        **place,
    )


@pytest.fixture
def article():
    """Return an article whose text is known by fingerprints only, as a data set describes it."""
    snapshot = ArticleSnapshotFactory(
        article=ArticleFactory(title="Sleep and sugar"),
        sha256=sha256(TEXT),
        code_points=len(TEXT),
        body_end=len(BODY),
    )
    for voice, sentences in SENTENCES.items():
        for words in sentences:
            mark(snapshot, words, TEXT.index(words), voice=voice)
    return snapshot.article


@pytest.fixture
def by():
    return initial_curation()


def statuses(snapshot):
    return dict(Counter(snapshot.anchors.order_by().values_list("status", flat=True)))


def test_described_text_completes_its_snapshot(article, by):
    done = import_text(article, TEXT, by=by, now=NOW)

    assert (done.is_new, done.counts) == (False, ALL)
    snapshot = ArticleSnapshot.objects.get()
    assert (snapshot.text, snapshot.retrieved_at, snapshot.body_end) == (TEXT, NOW, len(BODY))
    assert [len(snapshot.outline[name]) for name in ("paragraphs", "comments")] == [4, 2]


def test_repeated_import_changes_nothing(article, by):
    import_text(article, TEXT, by=by, now=NOW)
    before = list(ClaimAnchor.objects.values()), list(ArticleSnapshot.objects.values())

    done = import_text(article, TEXT, by=by, now=NOW.replace(year=NOW.year + 1))

    assert (done.is_new, done.counts) == (False, ALL)
    assert (list(ClaimAnchor.objects.values()), list(ArticleSnapshot.objects.values())) == before


def test_line_ends_and_byte_order_mark_make_no_other_text(article, by):
    done = import_text(article, "\ufeff" + TEXT.replace("\n", "\r\n"), by=by, now=NOW)

    assert (done.is_new, done.counts) == (False, ALL)


@pytest.mark.parametrize("name", ["quotes straightened", "lines re-wrapped", "paragraphs inserted"])
def test_rendition_that_keeps_the_words_keeps_the_claims(article, by, name):
    done = import_text(article, TEXTS[name](TEXT, len(BODY)), by=by, now=NOW)

    assert (done.is_new, done.counts) == (True, counts(relocated=9))


def test_text_without_comments_loses_the_readers_claims_alone(article, by):
    done = import_text(article, BODY, by=by, now=NOW)

    assert done.counts == counts(relocated=7, orphaned=2)
    lost = done.snapshot.anchors.filter(status="orphaned")
    assert set(lost.values_list("claim__voice", flat=True)) == {"reader_comment"}


def test_page_keeps_the_claims_and_tells_comments_from_the_body(article, by):
    done = import_page(article, tagged(TEXT, len(BODY)).encode(), by=by, now=NOW)

    assert done.counts == counts(relocated=9)
    places = done.snapshot.anchors.order_by("claim_id").values_list("paragraph", "comment")
    assert list(places) == [
        *[(2, None)] * 3,
        *[(3, None)] * 3,
        (4, None),
        (None, 1),
        (None, 2),
    ]


@pytest.mark.parametrize("number", range(9))
def test_changed_word_orphans_exactly_the_claims_over_it(article, by, number):
    anchors = list(ClaimAnchor.objects.order_by("claim_id"))
    changed = anchors[number]
    text = one_word_changed(TEXT, (changed.start, changed.end))
    place = text.index("zzyzx")

    done = import_text(article, text, by=by, now=NOW)

    over = {anchor.claim_id for anchor in anchors if anchor.start <= place < anchor.end}
    lost = done.snapshot.anchors.filter(status="orphaned").values_list("claim_id", flat=True)
    assert set(lost) == over
    assert statuses(done.snapshot) == {"relocated": 9 - len(over), "orphaned": len(over)}


def test_author_s_words_in_a_comment_are_no_second_place(article, by):
    """A reader quotes the author: the author's claim stands in the body, and only there."""
    import_text(article, TEXT, by=by, now=NOW)
    page = tagged(f"{BODY}\n\n{SENTENCES['author'][0]}, you say?\n\n{COMMENTS}", len(BODY))

    done = import_page(article, page.encode(), by=by, now=NOW)

    assert done.counts == counts(relocated=9)


def test_words_that_stand_twice_are_ambiguous(article, by):
    done = import_text(article, f"{BODY}\n\n{SENTENCES['author'][2]}\n\n{TEXT}", by=by, now=NOW)

    assert done.counts["ambiguous"] == 7
    found = done.snapshot.anchors.filter(status="ambiguous").values_list("start", "end")
    assert set(found) == {(None, None)}


def test_place_that_was_chosen_stays_chosen(by):
    article = ArticleFactory()
    mark(ArticleSnapshotFactory(article=article), "sugar is sweet")
    text = "Sugar is sweet. Yes, sugar is sweet."
    snapshot = import_text(article, text, by=by, now=NOW).snapshot
    snapshot.anchors.update(status="relocated", start=21, end=35)

    done = import_text(article, text, by=by, now=NOW)

    assert done.counts == counts(relocated=1)
    assert snapshot.anchors.values_list("start", "end").get() == (21, 35)


def test_first_text_of_an_article_without_claims_is_all_body(by):
    done = import_text(ArticleFactory(), TEXT, by=by, now=NOW)

    assert (done.is_new, done.counts) == (True, counts())
    assert (done.snapshot.body_start, done.snapshot.body_end) == (0, len(TEXT))


def test_claim_of_another_article_is_found_where_it_is_anchored(article, by):
    """One claim, anchors in two articles."""
    elsewhere = ArticleSnapshotFactory()
    anchor = ClaimAnchor.objects.order_by("claim_id").first()
    words = SENTENCES["author"][0]
    text = f"Others said so before. {words}."
    made = fingerprint(words)
    ClaimAnchorFactory(
        claim=anchor.claim,
        snapshot=elsewhere,
        fingerprint_words=made.words,
        fingerprint_sha256=made.sha256,
    )

    done = import_text(elsewhere.article, text, by=by, now=NOW)

    assert done.counts == counts(relocated=1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" \n ", "The text is empty."),
        ("A\0B", "The text holds a NUL character; it is no text."),
        ("Else.", "None of the 9 claims stands in this text. Is it “Sleep and sugar”?"),
    ],
)
def test_text_that_is_none_of_the_article_is_refused(article, by, text, told):
    with pytest.raises(IllegalText) as refusal:
        import_text(article, text, by=by, now=NOW)

    assert str(refusal.value) == told
    assert not ArticleSnapshot.objects.with_text().exists()


def test_page_without_an_article_is_refused(article, by):
    with pytest.raises(IllegalText) as refusal:
        import_page(article, b"<p>", by=by, now=NOW)

    assert str(refusal.value) == "No article is found on this page: import its text instead."


def test_import_needs_permission(article):
    with pytest.raises(NotAllowed):
        import_text(article, TEXT, by=UserFactory(), now=NOW)


def test_history_says_who_imported_and_why(article):
    reviewer = person("reviewer", "Rita")

    import_text(article, TEXT, by=reviewer, now=NOW)

    event = ClaimAnchor.objects.first().events.order_by("-pgh_id").first()
    assert event.status == "exact"
    assert event.pgh_context == {"user": reviewer.pk, "reason": "text imported"}


def test_corrected_body_finds_claims_anew():
    """The page had a comment that looked like the body: the author's claim seemed to stand twice."""
    reviewer = person("reviewer", "Rita")
    article = ArticleFactory()
    mark(ArticleSnapshotFactory(article=article), "sugar is sweet")
    text = "So: sugar is sweet.\n\nYou say sugar is sweet? Thanks."
    snapshot = import_text(article, text, by=reviewer, now=NOW).snapshot
    assert statuses(snapshot) == {"ambiguous": 1}

    found = correct_body(snapshot, start=0, end=19, by=reviewer, now=NOW)

    assert found == counts(relocated=1)
    anchor = snapshot.anchors.get()
    assert (anchor.start, anchor.end, anchor.section, anchor.paragraph) == (4, 18, "S0", 1)
    snapshot.refresh_from_db()
    assert [each["start"] for each in snapshot.outline["comments"]] == [21]


def test_corrected_body_leaves_an_outline_that_fits(article):
    reviewer = person("reviewer", "Rita")
    snapshot = import_text(article, TEXT, by=reviewer, now=NOW).snapshot
    outline = ArticleSnapshot.objects.get().outline

    correct_body(snapshot, start=0, end=len(BODY) + 1, by=reviewer, now=NOW)

    snapshot.refresh_from_db()
    assert (snapshot.body_end, snapshot.outline) == (len(BODY) + 1, outline)


def test_body_that_leaves_out_the_author_s_claims_is_refused_with_their_list(article):
    reviewer = person("reviewer", "Rita")
    snapshot = import_text(article, TEXT, by=reviewer, now=NOW).snapshot
    last = snapshot.anchors.filter(claim__voice="author").order_by("start").last()

    with pytest.raises(OutsideBody) as refusal:
        correct_body(snapshot, start=0, end=last.end - 1, by=reviewer, now=NOW)

    assert refusal.value.anchors == [last]
    assert ArticleSnapshot.objects.get().body_end == len(BODY)


@pytest.mark.parametrize(("start", "end"), [(-1, 9), (9, 9), (0, len(TEXT) + 1)])
def test_body_must_lie_in_the_text(article, start, end):
    reviewer = person("reviewer", "Rita")
    snapshot = import_text(article, TEXT, by=reviewer, now=NOW).snapshot

    with pytest.raises(IllegalChange) as refusal:
        correct_body(snapshot, start=start, end=end, by=reviewer, now=NOW)

    assert str(refusal.value) == f"The body must lie between 0 and {len(TEXT)}."


def test_body_of_a_text_that_is_not_here_is_not_corrected(article):
    with pytest.raises(IllegalChange):
        correct_body(article.snapshots.get(), start=0, end=9, by=person("editor", "Edith"), now=NOW)


def test_body_is_corrected_by_permission(article, by):
    snapshot = import_text(article, TEXT, by=by, now=NOW).snapshot

    with pytest.raises(NotAllowed):
        correct_body(snapshot, start=0, end=9, by=UserFactory(), now=NOW)
