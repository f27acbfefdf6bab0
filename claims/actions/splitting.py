"""Splitting a compound claim into parts; its evidence goes to them, and nothing of it is lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.claims import create_claim, edit_claim
from claims.actions.errors import IllegalChange, Outdated, refuse_unless_allowed
from claims.actions.history import because
from claims.actions.marking import anchor_at, free_key, read_passage, refuse_copy
from claims.actions.proposals import lock_families
from claims.folding import words
from claims.models import Article, Claim, ClaimAnchor, EvidenceItem
from claims.passages import find_passage
from claims.ruleset.vocabulary import Checkability, ClaimState

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part to be made. `passage` are the words in which it is made, "" where its whole stands."""

    statement: str
    claim_type: str
    is_core: bool
    is_essential: bool
    key: str = ""
    passage: str = ""


@transaction.atomic
def split_claim(
    whole: Claim,
    parts: Sequence[NewPart],
    *,
    evidence: Mapping[int, int],
    opened: str,
    by: User,
    now: datetime,
) -> list[Claim]:
    """Make these parts of a claim, as drafts, and return them; sent twice, they are made once.

    `evidence` says by the primary key of each evidence item of the claim to which part (0, 1, ...) it
    goes; `opened` is the claim's `family_token` when the person looked. Raises Outdated, and
    IllegalChange for parts that will not do and for evidence that was judged: a judgement is of the
    statement that the reviewer read and does not carry over to another.
    """
    refuse_unless_allowed(by, "add_claim")
    refuse_unless_allowed(by, "change_claim")
    Article.objects.select_for_update().get(pk=whole.article_id)
    lock_families([whole.parent_id or whole.pk])
    stored = Claim.objects.select_related("article").get(pk=whole.pk)
    before = list(stored.parts.filter(statement__in=[part.statement for part in parts]))
    if parts and len(before) == len(parts):
        return before
    _refuse_whole(stored, opened)
    _refuse_parts(stored, parts)
    items = list(stored.evidence.order_by("pk"))
    refuse_judged(stored)
    _refuse_unassigned(items, evidence, len(parts))
    made = [_make(stored, part, by, now) for part in parts]
    with because(by, f"{stored.public_id} was split into parts"):
        for item in items:
            EvidenceItem.objects.filter(pk=item.pk).update(claim=made[evidence[item.pk]])
    return [
        edit_claim(
            claim, changes=_role(stored, part), by=by, now=now, why=f"part of {stored.public_id}"
        )
        for claim, part in zip(made, parts, strict=True)
    ]


def refuse_judged(whole: Claim) -> None:
    """Raise IllegalChange if somebody has begun to judge evidence of the claim."""
    judged = whole.evidence.filter(assessments__isnull=False).distinct().order_by("pk")
    if judged:
        listed = ", ".join(item.key for item in judged)
        raise IllegalChange(
            f"Evidence of {whole.public_id} has been judged ({listed}), and a judgement holds for the "
            "statement that was read, not for a part of it. Leave this claim as it is: make a new "
            f"compound claim of the passage, and make {whole.public_id} one of its parts."
        )


def _refuse_whole(whole: Claim, opened: str) -> None:
    if whole.family_token != opened:
        parts = ", ".join(part.public_id for part in whole.parts.order_by("pk"))
        raise Outdated(
            f"{whole.public_id} was changed since you opened it"
            + (f"; its parts are now {parts}" if parts else "")
            + ". What you typed is kept: look at the claim, and send it again if it still holds."
        )
    if whole.parent_id is not None:
        raise IllegalChange(f"{whole.public_id} is itself a part; a part has no parts.")
    if whole.state == ClaimState.WITHDRAWN:
        raise IllegalChange(f"{whole.public_id} is withdrawn.")
    if whole.checkability != Checkability.CHECKABLE:
        raise IllegalChange(f"{whole.public_id} cannot be checked, so it has no parts.")


def _refuse_parts(whole: Claim, parts: Sequence[NewPart]) -> None:
    there = list(whole.parts.all())
    family: list[Claim | NewPart] = [*there, *parts]
    if len(family) < 2 or not parts:
        raise IllegalChange("A compound claim has two parts at least.")
    if sum(bool(part.is_core) for part in family) > 1:
        raise IllegalChange("At most one part is the core.")
    if not any(part.is_essential for part in family):
        raise IllegalChange("At least one part is essential: the verdict follows from these.")
    said = [words(whole.statement), *(words(part.statement) for part in family)]
    if any(each in said[:number] for number, each in enumerate(said)):
        raise IllegalChange("Each part says something of its own, other than the whole.")


def _refuse_unassigned(
    items: Collection[EvidenceItem], evidence: Mapping[int, int], parts: int
) -> None:
    missing = [item.key for item in items if evidence.get(item.pk) not in range(parts)]
    if missing:
        raise IllegalChange(
            f"Say to which part {', '.join(missing)} goes: a compound claim has no evidence itself."
        )


def _make(whole: Claim, part: NewPart, by: User, now: datetime) -> Claim:
    """Make a part, which joins its whole once it has its evidence, and put it in its place."""
    claim = create_claim(
        whole.article,
        key=part.key or free_key(part.statement),
        statement=part.statement,
        claim_type=part.claim_type,
        modality=whole.modality,
        voice=whole.voice,
        topics=whole.topics,
        by=by,
        now=now,
    )
    for anchor in whole.anchors.newest_texts():
        text = anchor.snapshot.text or ""
        span = _span(text, anchor, part.passage) if part.passage else (anchor.start, anchor.end)
        passage = read_passage(anchor.snapshot, start=span[0] or 0, end=span[1] or 0)
        refuse_copy(part.statement, passage)
        if part.passage:
            anchor_at(claim, passage, by=by)
        return claim
    if part.passage:
        raise IllegalChange(
            f"{whole.public_id} stands in no text that is here, so its parts cannot be marked in one."
        )
    return claim


def _span(text: str, anchor: ClaimAnchor, passage: str) -> tuple[int, int]:
    """Return where a part's words stand within the passage of its whole."""
    start, end = anchor.start or 0, anchor.end or 0
    found = [span for span in find_passage(text, passage) if start <= span[0] and span[1] <= end]
    if len(found) != 1:
        how_often = "not" if not found else f"{len(found)} times"
        raise IllegalChange(f"“{passage}” stands {how_often} in the passage of the whole claim.")
    return found[0]


def _role(whole: Claim, part: NewPart) -> dict[str, object]:
    return {"parent": whole, "is_core": part.is_core, "is_essential": part.is_essential}
