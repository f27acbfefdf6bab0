"""Who may read whose assessments: reviewers judge blind to each other, editors see all."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Value

from claims.models import Assessment, Consensus

HIDDEN = "hidden until yours is in"


def is_unblinded(user: Any) -> bool:
    """Whether this person approves verdicts and so may read every submitted assessment."""
    return bool(user.has_perm("claims.change_verdict"))


def visible_assessments(user: Any) -> QuerySet[Assessment]:
    return Assessment.objects.visible_to(user, unblinded=is_unblinded(user))


def visible_consensus(user: Any) -> QuerySet[Consensus]:
    return Consensus.objects.visible_to(user, unblinded=is_unblinded(user))


def with_visibility(items: QuerySet[Any], user: Any) -> QuerySet[Any]:
    """Annotate evidence items: `is_mine`, assessed by this person, who may read the rest if `is_open`.

    On the rows and not on an admin, which all requests share.
    """
    own = Exists(Assessment.objects.submitted().filter(reviewer=user, item=OuterRef("pk")))
    is_open = Value(True, BooleanField()) if is_unblinded(user) else own
    annotated: QuerySet[Any] = items.annotate(is_mine=own, is_open=is_open)
    return annotated
