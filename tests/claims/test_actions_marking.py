"""Marking passages as claims: what is made, what is refused, and what two people do at once."""

import pytest
from django.db import IntegrityError

from claims.actions.articles import import_text
from claims.actions.errors import IllegalChange, NotAllowed
from claims.actions.marking import (
    CopiedStatement,
    IllegalSpan,
    SpanTaken,
    attach_span,
    mark_claim,
    read_passage,
)
from claims.anchors import fingerprint
from claims.models import Claim, ClaimAnchor
from tests.at_once import at_once
from tests.claims.marked_article import (
    COMMENT,
    FIRST,
    SECOND,
    TEXT,
    THIRD,
    anchored,
    article_with_text,
    span_of,
)
from tests.factories import (
    NOW,
    ArticleSnapshotFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    UserFactory,
    sha256,
)

pytestmark = pytest.mark.django_db

WORDS = "people who sleep less than five hours eat more sugar"
STATEMENT = "Short nights make people crave sweets."


@pytest.fixture
def by():
    return UserFactory(role="reviewer")


@pytest.fixture
def snapshot():
    return article_with_text(title="Sleep")


def marked(snapshot, by, words=WORDS, seen=(), **values):
    given = {"statement": STATEMENT, "claim_type": "causation", **values}
    return mark_claim(snapshot, **span_of(words), seen=seen, by=by, now=NOW, **given)


def test_passage_becomes_a_draft_anchored_where_it_stands(snapshot, by):
    done = marked(snapshot, by, f" {WORDS}", topics=["sleep"])

    claim, anchor = Claim.objects.get(), ClaimAnchor.objects.get()
    assert (done.claim, done.anchor, done.is_new) == (claim, anchor, True)
    assert (claim.key, claim.state, claim.voice, claim.topics) == (
        "short-nights-make-people-crave-sweets",
        "draft",
        "author",
        ["sleep"],
    )
    assert (anchor.start, anchor.end, anchor.status) == (*span_of(WORDS).values(), "exact")
    assert (anchor.span_sha256, anchor.fingerprint_sha256) == (
        sha256(WORDS),
        fingerprint(WORDS).sha256,
    )
    assert (anchor.section, anchor.paragraph, anchor.comment) == ("S0", 1, None)


def test_words_of_the_passage_are_stored_nowhere_but_in_the_text(snapshot, by):
    claim = marked(snapshot, by).claim

    stored = [*Claim.objects.values_list(), *ClaimAnchor.objects.values_list()]
    assert not [value for row in stored for value in row if WORDS in str(value)]
    assert claim.statement == STATEMENT


def test_history_names_who_marked_it(snapshot, by):
    marked(snapshot, by)

    contexts = [event.pgh_context for event in ClaimAnchor.objects.get().events.all()]
    assert contexts == [{"user": by.pk, "reason": "marked in the text"}]


def test_claim_in_a_comment_is_the_readers(snapshot, by):
    done = marked(snapshot, by, COMMENT)

    assert (done.claim.voice, done.anchor.comment, done.anchor.section) == ("reader_comment", 1, "")


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        (0, 15, "neither in the article's body nor within one reader's comment"),
        (TEXT.index(THIRD), TEXT.index(COMMENT) + 10, "neither in the article's body nor within"),
        (TEXT.index(COMMENT), len(TEXT), "neither in the article's body nor within one reader's"),
        (20, 20, f"A passage lies between 0 and {len(TEXT)} and ends after it begins."),
        (-1, 20, f"A passage lies between 0 and {len(TEXT)} and ends after it begins."),
        (20, len(TEXT) + 1, f"A passage lies between 0 and {len(TEXT)} and ends after it begins."),
        (TEXT.index("🍭"), TEXT.index("🍭") + 2, "There is no word in this passage"),
    ],
    ids=["menu", "over the end", "two comments", "empty", "before", "behind", "no word"],
)
def test_what_is_no_passage_is_refused(snapshot, start, end, told):
    with pytest.raises(IllegalSpan, match=told):
        read_passage(snapshot, start=start, end=end)


def test_passage_of_two_words_is_no_place_of_a_claim(snapshot, by):
    with pytest.raises(IllegalSpan, match="A claim's passage has at least 3 words"):
        marked(snapshot, by, "SAVIOR trial")


def test_text_that_is_not_here_has_no_passages():
    with pytest.raises(IllegalSpan, match="has not been imported"):
        read_passage(ArticleSnapshotFactory(), start=0, end=9)


def test_statement_that_copies_the_passage_is_refused(snapshot, by):
    with pytest.raises(CopiedStatement):
        marked(snapshot, by, statement=f"{WORDS.capitalize()}.")

    assert not Claim.objects.exists()


def test_key_that_is_taken_gets_a_number(snapshot, by):
    ClaimFactory(key="short-nights-make-people-crave-sweets")

    assert marked(snapshot, by).claim.key == "short-nights-make-people-crave-sweets-2"


def test_sent_twice_it_is_made_once(snapshot, by):
    first, second = marked(snapshot, by), marked(snapshot, by)

    assert (second.claim, second.is_new) == (first.claim, False)
    assert (Claim.objects.count(), ClaimAnchor.objects.count()) == (1, 1)


def test_claim_that_was_not_seen_is_told_and_may_be_passed_over(snapshot, by):
    other = anchored(snapshot, "less than five hours").claim

    with pytest.raises(SpanTaken, match=f"{other.public_id} “{other.statement}”") as refusal:
        marked(snapshot, by)

    assert refusal.value.claims == [other]
    assert marked(snapshot, by, seen=[other.pk]).is_new


def test_claim_is_found_in_the_other_texts_of_its_article(snapshot, by):
    other = import_text(snapshot.article, TEXT.upper(), by=by, now=NOW).snapshot

    done = marked(snapshot, by)

    twin = other.anchors.get()
    assert (twin.claim, twin.status, twin.fingerprint_sha256) == (
        done.claim,
        "relocated",
        done.anchor.fingerprint_sha256,
    )
    assert other.text[twin.start : twin.end] == WORDS.upper()


def test_claim_may_stand_in_several_passages_of_a_text(snapshot, by):
    claim = marked(snapshot, by).claim

    done = attach_span(snapshot, claim, **span_of("Hunger grows at night"), by=by, now=NOW)

    again = import_text(snapshot.article, TEXT, by=by, now=NOW)
    assert done.is_new
    assert again.counts == {"exact": 2, "relocated": 0, "ambiguous": 0, "orphaned": 0}


def test_claim_may_stand_in_several_articles(snapshot, by):
    claim = ClaimFactory()
    own = ClaimAnchorFactory(claim=claim)

    done = attach_span(snapshot, claim, **span_of(WORDS), by=by, now=NOW)

    assert (done.claim.article, done.anchor.snapshot) == (claim.article, snapshot)
    assert set(claim.anchors.all()) == {own, done.anchor}


def test_attached_twice_it_is_attached_once(snapshot, by):
    claim = ClaimFactory()

    done = [attach_span(snapshot, claim, **span_of(WORDS), by=by, now=NOW) for _ in range(2)]

    assert [each.is_new for each in done] == [True, False]
    assert claim.anchors.count() == 1


def test_orphan_of_the_same_words_is_put_in_its_place(snapshot, by):
    anchor = anchored(snapshot, WORDS)
    ClaimAnchor.objects.update(status="orphaned", start=None, end=None, orphaned_reason="Gone.")

    done = attach_span(snapshot, anchor.claim, **span_of(WORDS), by=by, now=NOW)

    stored = ClaimAnchor.objects.get()
    assert (done.anchor, done.is_new) == (stored, True)
    assert (stored.status, stored.start, stored.orphaned_reason) == (
        "relocated",
        span_of(WORDS)["start"],
        "",
    )


@pytest.mark.parametrize(
    ("values", "words", "told"),
    [
        ({"voice": "reader_comment"}, WORDS, "is a reader's claim, and this passage is the author's"),
        ({}, COMMENT, "is the author's claim, and this passage is a reader's"),
        ({"state": "withdrawn"}, WORDS, "is withdrawn"),
    ],
)  # fmt: skip
def test_claim_that_is_not_made_there_is_not_attached(snapshot, by, values, words, told):
    claim = ClaimFactory(**values)

    with pytest.raises(IllegalChange, match=f"{claim.public_id} {told}"):
        attach_span(snapshot, claim, **span_of(words), by=by, now=NOW)


def test_marking_needs_the_permission(snapshot):
    stranger = UserFactory()

    with pytest.raises(NotAllowed):
        marked(snapshot, stranger)
    with pytest.raises(NotAllowed):
        attach_span(snapshot, ClaimFactory(), **span_of(WORDS), by=stranger, now=NOW)


def test_database_keeps_one_anchor_for_the_same_words(snapshot):
    anchor = anchored(snapshot, FIRST)

    with pytest.raises(IntegrityError, match="anchor_once_a_snapshot"):
        anchored(snapshot, FIRST, claim=anchor.claim)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_mark_the_same_words_at_once_the_second_is_told():
    snapshot = article_with_text()
    people = [UserFactory(admin=True), UserFactory(admin=True)]
    said = ["Short nights make people crave sweets.", "Tired people reach for sugar."]

    outcomes = at_once(
        *(
            lambda by=by, statement=statement: marked(snapshot, by, statement=statement)
            for by, statement in zip(people, said, strict=True)
        )
    )

    [told] = [each for each in outcomes if isinstance(each, SpanTaken)]
    [done] = [each for each in outcomes if each is not told]
    assert told.claims == [done.claim]
    assert list(Claim.objects.all()) == [done.claim]


@pytest.mark.django_db(transaction=True)
def test_same_form_sent_twice_at_once_makes_one_claim():
    snapshot, by = article_with_text(), UserFactory(admin=True)

    outcomes = at_once(*[lambda: marked(snapshot, by, words=SECOND)] * 4)

    assert sorted(each.is_new for each in outcomes) == [False, False, False, True]
    assert (Claim.objects.count(), ClaimAnchor.objects.count()) == (1, 1)
