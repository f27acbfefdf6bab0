"""Claims: made, worded anew, put before readers, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Max

from claims.actions.errors import (
    AlreadyDone,
    AlreadyWithdrawn,
    IllegalChange,
    refuse_unless_allowed,
)
from claims.actions.history import because
from claims.actions.proposals import lock_families, propose
from claims.models import Article, Claim
from claims.ruleset.vocabulary import Checkability, ClaimState

if TYPE_CHECKING:
    from django.contrib.auth.models import User

EDITABLE: Final = frozenset(
    {
        "position",
        "statement",
        "claim_type",
        "checkability",
        "modality",
        "voice",
        "population",
        "exposure",
        "comparator",
        "outcome",
        "topics",
        "parent",
        "is_core",
        "is_essential",
        "note",
    }
)


@transaction.atomic
def create_claim(
    article: Article,
    *,
    key: str,
    statement: str,
    claim_type: str,
    by: User,
    now: datetime,
    **values: Any,
) -> Claim:
    """Make a claim of this article, as a draft; `values` are other fields of `EDITABLE`.

    Raises IllegalChange for a field or a parent that will not do, and ValidationError.
    """
    refuse_unless_allowed(by, "add_claim")
    _refuse_unknown(values)
    values = {"position": _next_position(article), **_given(values)}
    claim = Claim(article=article, key=key, statement=statement, claim_type=claim_type, **values)
    if claim.parent:
        lock_families([claim.parent.pk])
        _refuse_parent(claim)
    claim.full_clean()
    with because(by, "claim made"):
        claim.save()
        propose([claim], by=by, now=now)
    return claim


@transaction.atomic
def edit_claim(
    claim: Claim, *, changes: Mapping[str, Any], by: User, now: datetime, why: str
) -> Claim:
    """Change some fields of `EDITABLE`; what follows from the change is derived at once.

    Raises IllegalChange for a field or a parent that will not do, and ValidationError.
    """
    refuse_unless_allowed(by, "change_claim")
    _refuse_unknown(changes)
    lock_families(sorted(_roots_of(claim, changes.get("parent"))))
    stored = Claim.objects.get(pk=claim.pk)
    family_before = stored.parent_id or stored.pk
    changed = [name for name, value in changes.items() if getattr(stored, name) != value]
    if not changed:
        return stored
    for name in changed:
        setattr(stored, name, changes[name])
    if "parent" in changed and stored.parent:
        _refuse_parent(stored)
    _refuse_unchecked_whole(stored)
    stored.full_clean()
    with because(by, why.strip() or f"changed {', '.join(sorted(changed))}"):
        stored.save(update_fields=[*changed, "updated_at"])
        propose([stored, *Claim.objects.filter(pk=family_before)], by=by, now=now)
    return stored


@transaction.atomic
def put_in_review(claim: Claim, *, by: User, now: datetime, why: str = "") -> None:
    """Show a draft, or a claim that was withdrawn, to readers as one that is being reviewed."""
    refuse_unless_allowed(by, "change_claim")
    lock_families([claim.parent_id or claim.pk])
    hidden = Claim.objects.filter(state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN])
    with because(by, why.strip() or "put in review"):
        changed = hidden.filter(pk=claim.pk).update(state=ClaimState.IN_REVIEW, updated_at=now)
        if not changed:
            raise AlreadyDone(f"{claim.public_id} is before readers already.")
        propose([claim], by=by, now=now)


@transaction.atomic
def withdraw_claim(claim: Claim, *, by: User, now: datetime, why: str) -> None:
    """Take a claim, and with it its parts, from readers' sight; nothing of it is lost.

    Raises AlreadyWithdrawn, and IllegalChange if no reason is given.
    """
    refuse_unless_allowed(by, "change_claim")
    if not why.strip():
        raise IllegalChange("Say why the claim is withdrawn.")
    lock_families([claim.parent_id or claim.pk])
    standing = Claim.objects.standing()
    with because(by, why.strip()):
        values = {"state": ClaimState.WITHDRAWN, "updated_at": now}
        if not standing.filter(pk=claim.pk).update(**values):
            raise AlreadyWithdrawn(f"{claim.public_id} is withdrawn already.")
        standing.filter(parent=claim.pk).update(**values)
        propose([claim], by=by, now=now)


def _next_position(article: Article) -> int:
    last: int | None = article.claims.aggregate(last=Max("position"))["last"]
    return (last or 0) + 1


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out an empty position: a new claim goes to the end."""
    return {
        name: value for name, value in values.items() if name != "position" or value is not None
    }


def _roots_of(claim: Claim, new_parent: Claim | None) -> set[int]:
    stored = Claim.objects.filter(pk=claim.pk).values_list("parent", flat=True).get()
    return {stored or claim.pk, *([new_parent.pk] if new_parent else [])}


def _refuse_unknown(changes: Mapping[str, Any]) -> None:
    unknown = sorted(set(changes) - EDITABLE)
    if unknown:
        raise IllegalChange(f"{', '.join(unknown)} cannot be set.")


def _refuse_parent(claim: Claim) -> None:
    parent = Claim.objects.get(pk=claim.parent_id or 0)
    if parent.parent_id is not None:
        raise IllegalChange(f"{parent.public_id} is itself a part; a part has no parts.")
    if parent.evidence.exists():
        raise IllegalChange(f"{parent.public_id} has evidence; a compound claim has none.")
    if parent.checkability != Checkability.CHECKABLE:
        raise IllegalChange(f"{parent.public_id} cannot be checked, so it has no parts.")
    if claim.pk and Claim.objects.filter(parent=claim.pk).exists():
        raise IllegalChange(f"{claim.public_id} has parts; a part has none.")


def _refuse_unchecked_whole(claim: Claim) -> None:
    if claim.checkability != Checkability.CHECKABLE and claim.parts.exists():
        raise IllegalChange("A compound claim has to be checkable.")
