"""A record's history as the database kept it: who changed which field from what to what, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.text import Truncator

#: Bookkeeping that says nothing to a reader.
SILENT: Final = {"id", "created_at", "updated_at"}
LABELS: Final = {
    "insert": "created",
    "known_before": "as it was before",
    "update": "changed",
    "delete": "deleted",
}
#: Events that have nothing before them.
FIRST: Final = {"insert", "known_before"}
NOT_RECORDED: Final = "not recorded"
LONGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that changed."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a record's history."""

    at: datetime
    what: str
    who: str
    why: str
    differences: tuple[Difference, ...]

    @property
    def is_creation(self) -> bool:
        return self.what == LABELS["insert"]


def event_models(tracked: type[models.Model]) -> list[type[models.Model]]:
    """Return the models that hold the history of this one: one, or none when it is not tracked."""
    return [
        model for model in apps.get_models() if getattr(model, "pgh_tracked_model", None) is tracked
    ]


def tracked_by(model: type[models.Model]) -> type[models.Model] | None:
    """Return the model whose history this one holds; None when it holds no history."""
    return getattr(model, "pgh_tracked_model", None)


def events_of(record: models.Model) -> QuerySet[Any] | None:
    """Return the record's events, newest first; None when its model is not tracked."""
    found = event_models(type(record))
    if not found:
        return None
    events = found[0]._default_manager.filter(pgh_obj_id=record.pk)
    newest_first: QuerySet[Any] = events.order_by("-pgh_id")
    return newest_first


def with_author(events: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate events with `who` (a user name) and `why`, both null when nothing was said."""
    author = Cast(KeyTextTransform("user", OuterRef("pgh_context")), IntegerField())
    names = get_user_model()._default_manager.filter(pk=author).values("username")
    annotated: QuerySet[Any] = events.annotate(
        who=Subquery(names[:1]), why=KeyTextTransform("reason", F("pgh_context"))
    )
    return annotated


def changes(events: Sequence[Any], before: Any | None = None) -> list[Change]:
    """Compare each event with the one before it. `events` is newest first; `before` precedes them."""
    names = _user_names([*events, *([before] if before else [])])
    earlier = [*events, before][1:]
    return [_change(event, old, names) for event, old in zip(events, earlier, strict=True)]


def _change(event: Any, previous: Any | None, names: dict[int, str]) -> Change:
    context = event.pgh_context or {}
    return Change(
        at=event.pgh_created_at,
        what=LABELS.get(event.pgh_label, event.pgh_label),
        who=names.get(context.get("user") or 0, ""),
        why=context.get("reason") or "",
        differences=tuple(_differences(event, previous, names)),
    )


def _differences(event: Any, previous: Any | None, names: dict[int, str]) -> Iterable[Difference]:
    is_creation = event.pgh_label in FIRST
    for field in tracked_fields(type(event)):
        after = getattr(event, field.attname)
        before = getattr(previous, field.attname) if previous and not is_creation else None
        if after == before or (is_creation and after in (None, "", [], {})):
            continue
        unknown = previous is None and not is_creation
        yield Difference(
            str(field.verbose_name),
            NOT_RECORDED if unknown else in_words(field, before, names),
            in_words(field, after, names),
        )


def tracked_fields(event_model: type[models.Model]) -> list[models.Field[Any, Any]]:
    return [
        field
        for field in event_model._meta.fields
        if not field.name.startswith("pgh_") and field.name not in SILENT
    ]


def in_words(field: models.Field[Any, Any], value: Any, names: dict[int, str]) -> str:
    """Return a field's value for reading: labels for choices, names for users, no long JSON."""
    if value is None or value == "":
        return "empty"
    if _is_user(field):
        return names.get(value, str(value))
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y, %H:%M:%S} UTC"
    if isinstance(value, dict | list):
        return Truncator(_listed(value)).chars(LONGEST)
    return Truncator(str(value)).chars(LONGEST)


def _listed(value: dict[str, Any] | list[Any]) -> str:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return ", ".join(value) or "empty"
    return json.dumps(value, ensure_ascii=False)


def _user_names(events: Iterable[Any]) -> dict[int, str]:
    """Return the names of everybody that the events mention, in one query."""
    mentioned: set[Any] = set()
    for event in events:
        mentioned.add((event.pgh_context or {}).get("user"))
        mentioned.update(
            getattr(event, field.attname)
            for field in tracked_fields(type(event))
            if _is_user(field)
        )
    users = get_user_model()._default_manager.filter(pk__in=mentioned - {None})
    return dict(users.values_list("pk", "username"))


def _is_user(field: models.Field[Any, Any]) -> bool:
    related = field.related_model
    return isinstance(related, type) and related._meta.label == settings.AUTH_USER_MODEL
