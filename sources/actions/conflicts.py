"""How a person settles which work a record is.

Each resolution of a conflict is carried out at once and whole: numbers change hands, what hangs on
one of two equal records moves to the one that is kept, and the identity is weighed anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import pghistory
from django.db import IntegrityError, models, transaction

from sources.actions.fetching import request_fetch
from sources.actions.records import BY_REVIEWER
from sources.models import (
    IdentityConflict,
    IntegrityNotice,
    Publication,
    RegistrationChange,
    Service,
    Trial,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Kind = IdentityConflict.Kind
Resolution = IdentityConflict.Resolution
NUMBER_OF: Final = {
    Kind.DOI_OF_TWO: "doi",
    Kind.OTHER_DOI: "doi",
    Kind.PMCID_OF_TWO: "pmcid",
    Kind.OTHER_PMCID: "pmcid",
}
IDENTIFIERS: Final = ("pmid", "doi", "pmcid")
#: What curators know of a publication; the kept one gets what it lacks.
CURATED: Final = (
    "expected_title",
    "expected_first_author",
    "expected_year",
    "study_design",
    "sample_size",
    "interest_note",
    "integrity_note",
    "numbers_from",
)
#: What a service says of a record stays with that record.
STAYS: Final[tuple[type[models.Model], ...]] = (
    IntegrityNotice,
    IdentityConflict,
    RegistrationChange,
)


class AlreadyResolved(Exception):
    """Somebody else, or the source itself, has settled this conflict in the meantime."""


class CannotResolve(Exception):
    """This resolution is not possible for this conflict; the message says what is instead."""


class NothingToSettle(Exception):
    """The identity of this publication is not in question, or was settled by someone else."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a resolution did: how many rows moved to the kept record, and how many could not."""

    moved: int = 0
    left: int = 0


@transaction.atomic
def resolve_conflict(
    conflict: IdentityConflict, *, resolution: str, by: User, now: datetime, why: str
) -> Resolved:
    """Settle an open conflict as a person has decided. Raises AlreadyResolved and CannotResolve."""
    if resolution not in conflict.choices:
        raise CannotResolve(f"“{conflict.get_kind_display()}” cannot be resolved so.")
    if not why.strip():
        raise CannotResolve("Say why: the reason is kept with the decision.")
    subject, other = _locked(conflict)
    changed = (
        IdentityConflict.objects.open()
        .filter(pk=conflict.pk)
        .update(
            state=IdentityConflict.State.RESOLVED,
            resolution=resolution,
            reason=why,
            resolved_by=by,
            resolved_at=now,
        )
    )
    if not changed:
        raise AlreadyResolved(_what_became_of(conflict))
    with pghistory.context(user=by.pk, reason=why):
        done = _carry_out(conflict, resolution, subject, other, by=by, now=now)
        _weigh_identity(
            subject, conflict, resolution, f"{by.get_username()}, {now:%Y-%m-%d}: {why}"
        )
    return done


def settle_identity(
    publication: Publication, *, accept: bool, by: User, now: datetime, why: str
) -> None:
    """Say that the fetched record is the paper that was meant (accept), or that it is another.

    Accepted, it counts again; refused, it stays a mismatch that a reviewer has looked at.
    """
    conflict = publication.conflicts.open().filter(kind=Kind.OTHER_TITLE).first()
    if conflict:
        resolution = Resolution.TAKE_THEIRS if accept else Resolution.DIFFERENT
        resolve_conflict(conflict, resolution=resolution, by=by, now=now, why=why)
        return
    mine = Publication.Identity
    with pghistory.context(user=by.pk, reason=why):
        changed = (
            Publication.objects.filter(pk=publication.pk)
            .exclude(identity__in=[mine.CONFIRMED, mine.IN_CONFLICT, mine.DUPLICATE])
            .update(
                identity=mine.CONFIRMED if accept else mine.MISMATCH,
                identity_basis=f"{BY_REVIEWER} {by.get_username()}, {now:%Y-%m-%d}: {why}",
                updated_at=now,
            )
        )
    if not changed:
        raise NothingToSettle(f"The identity of {publication.identifier_text} is settled already.")


def _locked(conflict: IdentityConflict) -> tuple[Any, Any]:
    """Lock both parties in the order in which storing locks them; return subject and other."""
    model = type(conflict.subject)
    parties = {each.pk for each in (conflict.subject, conflict.other) if each}
    rows = {
        row.pk: row
        for row in model._default_manager.select_for_update(of=("self",))
        .filter(pk__in=parties)
        .order_by("pk")
    }
    return rows[conflict.subject.pk], rows[conflict.other.pk] if conflict.other else None


def _what_became_of(conflict: IdentityConflict) -> str:
    now = IdentityConflict.objects.with_parties().get(pk=conflict.pk)
    who = now.resolved_by.get_username() if now.resolved_by else "a later fetch"
    return f"{who} has settled this already: {now.get_resolution_display()} ({now.reason})"


def _carry_out(
    conflict: IdentityConflict,
    resolution: str,
    subject: Any,
    other: Any,
    *,
    by: User,
    now: datetime,
) -> Resolved:
    if resolution == Resolution.ONE_KEEP_THIS:
        return _become_one(kept=subject, dropped=other, by=by, now=now)
    if resolution == Resolution.ONE_KEEP_OTHER:
        return _become_one(kept=other, dropped=subject, by=by, now=now)
    number = NUMBER_OF.get(Kind(conflict.kind))
    if resolution == Resolution.TAKE_THEIRS and number:
        if other and getattr(other, number) == conflict.ours:
            _give_up(other, number)
        _change(subject, **{number: conflict.theirs})
    return Resolved()


def _give_up(holder: Publication, number: str) -> None:
    left = [name for name in IDENTIFIERS if name != number and getattr(holder, name)]
    if not left:
        raise CannotResolve(
            f"{holder.identifier_text} has no other number and would be lost. "
            "If both are one record, say so and choose which one is kept."
        )
    _change(holder, **{number: None})


def _become_one(*, kept: Any, dropped: Any, by: User, now: datetime) -> Resolved:
    """Move all that people have tied to one record to the other, and mark it as the same record."""
    if kept.identity == kept.Identity.DUPLICATE:
        raise CannotResolve(f"{kept} is itself the same record as another: keep that one.")
    moved = left = 0
    for row, field in _ties_to(dropped):
        if _moves(row, field, kept):
            moved += 1
        else:
            left += 1
    _change(dropped, identity=dropped.Identity.DUPLICATE)
    _hand_over(kept, dropped, by, now)
    for conflict in dropped.conflicts.open():
        _end_with_its_subject(conflict, kept, now)
    return Resolved(moved, left)


def _ties_to(record: models.Model) -> Iterator[tuple[models.Model, str]]:
    """Yield each row of any app that points to the record, with the name of its field."""
    for relation in record._meta.related_objects:
        model = relation.related_model
        if model in STAYS or hasattr(model, "pgh_tracked_model"):
            continue
        for row in model._default_manager.filter(**{relation.field.name: record}).order_by("pk"):
            yield row, relation.field.name


def _moves(row: models.Model, field: str, kept: models.Model) -> bool:
    """Point a row to the kept record, unless that has the same already: then it stays where it is."""
    try:
        with transaction.atomic():
            type(row)._default_manager.filter(pk=row.pk).update(**{field: kept})
    except IntegrityError:
        return False
    return True


def _hand_over(kept: Any, dropped: Any, by: User, now: datetime) -> None:
    """Give the kept publication the numbers that it lacks; a duplicate may be without any."""
    if isinstance(kept, Trial):
        aliases = {dropped.registry_id, *dropped.secondary_ids} - {kept.registry_id}
        _change(kept, secondary_ids=sorted({*kept.secondary_ids, *aliases}))
        return
    lacking = {
        name: getattr(dropped, name)
        for name in IDENTIFIERS
        if getattr(dropped, name) and not getattr(kept, name)
    }
    _change(dropped, **dict.fromkeys(lacking))
    curated = {name: getattr(dropped, name) for name in CURATED if not getattr(kept, name)}
    _change(kept, **lacking, **curated)
    if "pmid" in lacking:
        request_fetch(Service.PUBMED, [kept.pmid], by=by, now=now, reason="two records became one")


def _end_with_its_subject(conflict: IdentityConflict, kept: Any, now: datetime) -> None:
    IdentityConflict.objects.filter(pk=conflict.pk).update(
        state=IdentityConflict.State.RESOLVED,
        resolution=Resolution.GONE,
        reason=f"Its record is the same as {kept}, which is kept.",
        resolved_at=now,
    )


def _weigh_identity(subject: Any, conflict: IdentityConflict, resolution: str, said: str) -> None:
    """Set what the subject's identity is now that this conflict is settled."""
    identity = _identity_after(subject, conflict, resolution)
    values: dict[str, Any] = {"identity": identity}
    if isinstance(subject, Publication):
        values["identity_basis"] = f"{BY_REVIEWER} {said}"
    type(subject)._default_manager.filter(pk=subject.pk).update(**values)


def _identity_after(subject: Any, conflict: IdentityConflict, resolution: str) -> str:
    words = subject.Identity
    is_title = conflict.kind == Kind.OTHER_TITLE
    if subject.identity == words.DUPLICATE:
        return str(words.DUPLICATE)
    is_another = resolution == Resolution.DIFFERENT and conflict.kind in {
        Kind.OTHER_TITLE,
        Kind.OTHER_DOI,
        Kind.OTHER_PMCID,
    }
    if is_another or (subject.identity == words.MISMATCH and not is_title):
        return str(words.MISMATCH)
    return str(words.IN_CONFLICT if subject.conflicts.open().exists() else words.CONFIRMED)


def _change(record: Any, **values: Any) -> None:
    """Set columns of one row, in the database and in memory."""
    if not values:
        return
    type(record)._default_manager.filter(pk=record.pk).update(**values)
    for name, value in values.items():
        setattr(record, name, value)
