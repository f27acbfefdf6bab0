"""Marking passages of an article's text as claims, or as places where a known claim is made.

Writers of one article's claims take turns by a lock on the article, so of two people who mark the same
passage the second is told of the first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet

from claims.actions.anchoring import FOUND, made_here, place_in_other_texts, settle
from claims.actions.claims import create_claim
from claims.actions.errors import IllegalChange, Outdated, refuse_unless_allowed
from claims.actions.history import because
from claims.anchors import Fingerprint, fingerprint
from claims.models import Article, ArticleSnapshot, Claim, ClaimAnchor
from claims.outlines import place_of
from claims.passages import FEWEST_WORDS, is_copied, suggested_key, trimmed
from claims.ruleset.vocabulary import ClaimState, Voice

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class IllegalSpan(IllegalChange):
    """What was selected cannot be a claim's place."""


class CopiedStatement(IllegalChange):
    """The statement repeats the passage."""


class SpanTaken(Outdated):
    """Somebody has marked a claim in the passage since it was selected."""

    def __init__(self, claims: Collection[Claim]) -> None:
        listed = "; ".join(f"{claim.public_id} “{claim.statement}”" for claim in claims)
        super().__init__(
            f"Somebody has marked a claim here since you selected the passage: {listed} Nothing is "
            "saved yet and what you typed is kept: send it again if yours is another claim, or add the "
            "passage to theirs."
        )
        self.claims = claims


@dataclass(frozen=True)
class Passage:
    """A stretch of a snapshot's text, and whose words it is."""

    snapshot: ArticleSnapshot
    start: int
    end: int
    voice: Voice

    @property
    def text(self) -> str:
        return (self.snapshot.text or "")[self.start : self.end]

    @cached_property
    def fingerprint(self) -> Fingerprint:
        return fingerprint(self.text)

    @property
    def may_anchor(self) -> bool:
        """Whether it is long enough to be a claim's place; a citation may be one word."""
        return self.fingerprint.words >= FEWEST_WORDS

    def touching(self) -> QuerySet[ClaimAnchor]:
        """Anchors of claims that share a character with the passage."""
        return self.snapshot.anchors.touching(self.start, self.end)

    def elsewhere(self) -> QuerySet[ClaimAnchor]:
        """Anchors on the same words in other articles, one a claim."""
        same = ClaimAnchor.objects.of_same_words(self.fingerprint.sha256)
        others = same.exclude(snapshot__article=self.snapshot.article_id)
        return others.order_by("claim_id", "pk").distinct("claim_id")


@dataclass(frozen=True, slots=True)
class Marked:
    """A claim and the anchor that says where it stands; not new if all was done before."""

    claim: Claim
    anchor: ClaimAnchor
    is_new: bool


def read_passage(snapshot: ArticleSnapshot, *, start: int, end: int) -> Passage:
    """Return what stands there, without white space at its ends. Raises IllegalSpan."""
    text = snapshot.text
    if text is None:
        raise IllegalSpan("The text has not been imported: there is nothing to mark.")
    if not 0 <= start < end <= len(text):
        raise IllegalSpan(f"A passage lies between 0 and {len(text)} and ends after it begins.")
    start, end = trimmed(text, (start, end))
    if fingerprint(text[start:end]).words == 0:
        raise IllegalSpan("There is no word in this passage.")
    return Passage(snapshot, start, end, _voice(snapshot, start, end))


@transaction.atomic
def mark_claim(
    snapshot: ArticleSnapshot,
    *,
    start: int,
    end: int,
    seen: Collection[int],
    statement: str,
    claim_type: str,
    key: str = "",
    by: User,
    now: datetime,
    **values: Any,
) -> Marked:
    """Make a claim of this article from a passage of its text, as a draft anchored there.

    `seen` are the primary keys of the claims that the person was shown to touch the passage; `values`
    are other fields as in `create_claim`, but the voice follows from the place. Sent twice, the second
    finds the claim made. Raises IllegalSpan, CopiedStatement, SpanTaken, and what `create_claim` does.
    """
    refuse_unless_allowed(by, "add_claimanchor")
    passage = _locked(snapshot, start, end)
    before = _made_before(passage, statement)
    if before:
        return Marked(before.claim, before, is_new=False)
    refuse_unseen(passage, seen)
    refuse_copy(statement, passage)
    claim = create_claim(
        passage.snapshot.article,
        key=key or free_key(statement),
        statement=statement,
        claim_type=claim_type,
        voice=passage.voice,
        by=by,
        now=now,
        **values,
    )
    return Marked(claim, anchor_at(claim, passage, by=by), is_new=True)


@transaction.atomic
def attach_span(
    snapshot: ArticleSnapshot, claim: Claim, *, start: int, end: int, by: User, now: datetime
) -> Marked:
    """Say that a claim is made in this passage too, be it of the same article or of another.

    Not new if the claim is anchored at these words of this text already. Raises IllegalSpan, and
    IllegalChange for a withdrawn claim or one of the other voice.
    """
    refuse_unless_allowed(by, "add_claimanchor")
    passage = _locked(snapshot, start, end)
    claim = Claim.objects.select_for_update(no_key=True, of=("self",)).get(pk=claim.pk)
    _refuse_other_voice(claim, passage)
    before = passage.snapshot.anchors.filter(
        claim=claim, fingerprint_sha256=passage.fingerprint.sha256
    ).first()
    if before is None:
        return Marked(claim, anchor_at(claim, passage, by=by), is_new=True)
    if before.status in FOUND:
        return Marked(claim, before, is_new=False)
    with because(by, "found again by hand"):
        settle(before, passage.snapshot, (passage.start, passage.end))
    return Marked(claim, before, is_new=True)


def anchor_at(claim: Claim, passage: Passage, *, by: User) -> ClaimAnchor:
    """Anchor a claim at a passage, and wherever its words stand in the article's other texts."""
    anchor = made_here(claim, passage.snapshot, (passage.start, passage.end))
    anchor.full_clean()
    with because(by, "marked in the text"):
        anchor.save()
        place_in_other_texts(anchor)
    return anchor


def refuse_copy(statement: str, passage: Passage) -> None:
    if is_copied(statement, passage.text):
        raise CopiedStatement(
            "The statement repeats the passage. Say in your own words what is claimed: one sentence "
            "that can be understood without the article."
        )


def refuse_unseen(passage: Passage, seen: Collection[int]) -> None:
    """Raise SpanTaken if a claim touches the passage that is not among these primary keys."""
    unseen = passage.touching().exclude(claim__in=seen)
    if unseen:
        raise SpanTaken(list({anchor.claim_id: anchor.claim for anchor in unseen}.values()))


def free_key(statement: str) -> str:
    """Return a key made of the statement that no claim has."""
    key = suggested_key(statement) or "claim"
    taken = set(Claim.objects.filter(key__startswith=key).values_list("key", flat=True))
    numbered = (key if number == 1 else f"{key}-{number}" for number in count(1))
    return next(each for each in numbered if each not in taken)


def _voice(snapshot: ArticleSnapshot, start: int, end: int) -> Voice:
    if snapshot.body_start <= start and end <= snapshot.body_end:
        return Voice.AUTHOR
    first, last = place_of(snapshot.outline, start), place_of(snapshot.outline, end - 1)
    if first.comment is not None and first.comment == last.comment:
        return Voice.READER_COMMENT
    raise IllegalSpan(
        "The passage lies neither in the article's body nor within one reader's comment. Select "
        "less of it, or correct where the body begins and ends."
    )


def _locked(snapshot: ArticleSnapshot, start: int, end: int) -> Passage:
    Article.objects.select_for_update().get(pk=snapshot.article_id)
    stored = ArticleSnapshot.objects.select_related("article").get(pk=snapshot.pk)
    passage = read_passage(stored, start=start, end=end)
    if not passage.may_anchor:
        raise IllegalSpan(
            f"A claim's passage has at least {FEWEST_WORDS} words: fewer stand in too many places to "
            "be found again in another version of the text."
        )
    return passage


def _made_before(passage: Passage, statement: str) -> ClaimAnchor | None:
    alike = passage.snapshot.anchors.of_same_words(passage.fingerprint.sha256)
    return alike.filter(
        claim__statement=statement,
        claim__article=passage.snapshot.article_id,
        start=passage.start,
        end=passage.end,
    ).first()


def _refuse_other_voice(claim: Claim, passage: Passage) -> None:
    if claim.state == ClaimState.WITHDRAWN:
        raise IllegalChange(f"{claim.public_id} is withdrawn.")
    if claim.voice == passage.voice:
        return
    if passage.voice == Voice.AUTHOR:
        raise IllegalChange(
            f"{claim.public_id} is a reader's claim, and this passage is the author's."
        )
    raise IllegalChange(f"{claim.public_id} is the author's claim, and this passage is a reader's.")
