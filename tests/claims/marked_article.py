"""A made-up article to mark claims in: a menu, a body, two readers' comments, and signs that count double."""

from claims.actions.articles import correct_body, import_text
from claims.anchors import fingerprint
from claims.models import ArticleSnapshot
from tests.factories import (
    NOW,
    ArticleFactory,
    ClaimAnchorFactory,
    ClaimFactory,
    UserFactory,
    sha256,
)

#: Beyond U+FFFF a character is two for a browser and one for us.
FIRST = "🍭🍬 Sweets and sleep: people who sleep less than five hours eat more sugar."
SECOND = "In the SAVIOR trial, twelve men slept four hours and ate more sweets than usual."
THIRD = "Sleep more! Hunger grows at night, and sleep more is all I say."
COMMENT = "I have slept four hours for years, and I never eat sweets."
TEXT = "\n\n".join(
    ["Menu and search", FIRST, SECOND, THIRD, COMMENT, "Great article, thank you for it!"]
)
BODY = (TEXT.index(FIRST), TEXT.index(THIRD) + len(THIRD))


def span_of(words, text=TEXT):
    start = text.index(words)
    return {"start": start, "end": start + len(words)}


def article_with_text(text=TEXT, body=BODY, **values):
    """Return the snapshot of an imported text whose body is known."""
    admin = UserFactory(admin=True)
    snapshot = import_text(ArticleFactory(**values), text, by=admin, now=NOW).snapshot
    correct_body(snapshot, start=body[0], end=body[1], by=admin, now=NOW)
    return ArticleSnapshot.objects.get(pk=snapshot.pk)


def anchored(snapshot, words, claim=None, text=TEXT, **values):
    """Return the anchor of a claim at these words of the snapshot."""
    made = fingerprint(words)
    return ClaimAnchorFactory(
        claim=claim or ClaimFactory(article=snapshot.article, **values),
        snapshot=snapshot,
        exact=True,
        span_sha256=sha256(words),
        fingerprint_words=made.words,
        fingerprint_sha256=made.sha256,
        **span_of(words, text),
    )
