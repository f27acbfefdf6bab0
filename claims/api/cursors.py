"""Keyset pages: a cursor names the row where a page ends, so writes never shift what comes after it.

Rows are compared as rows, `(a, b) > (x, y)`, which PostgreSQL answers from an index on (a, b) at any
depth. A cursor is opaque to clients, bound to the list that gave it, and not signed: it can only say
where to begin in what is public anyway.
"""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import orjson
from django.db.models import BooleanField, F, Func, Model, QuerySet, Value

from claims.api.problems import BadCursor

Row = TypeVar("Row")
Place = tuple[int | str, ...]
LARGEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Ordering:
    """The order of a list: its name, and the columns that order it, unique together and never null."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[type, ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page begins: after its place, or, going backwards, before it."""

    place: Place
    is_backwards: bool = False

    def encoded(self, ordering: Ordering) -> str:
        body = orjson.dumps([ordering.name, int(self.is_backwards), *self.place])
        return base64.urlsafe_b64encode(body).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: list[Row]
    next: Cursor | None
    previous: Cursor | None


def decode(token: str, ordering: Ordering) -> Cursor:
    """Return the cursor that a token of this list stands for; any other raises BadCursor."""
    try:
        padded = token + "=" * (-len(token) % 4)
        name, backwards, *place = orjson.loads(base64.b64decode(padded, b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error):
        raise BadCursor from None
    if name != ordering.name or backwards not in (0, 1) or not _fits(place, ordering):
        raise BadCursor
    return Cursor(tuple(place), bool(backwards))


def _fits(place: list[Any], ordering: Ordering) -> bool:
    return len(place) == len(ordering.kinds) and all(
        type(value) is kind and _is_storable(value)
        for value, kind in zip(place, ordering.kinds, strict=True)
    )


def _is_storable(value: Any) -> bool:
    return "\0" not in value if isinstance(value, str) else bool(abs(value) <= LARGEST)


def after(
    rows: QuerySet[Any, Any], ordering: Ordering, cursor: Cursor | None
) -> QuerySet[Any, Any]:
    """Return the rows from the cursor on, in its direction."""
    columns = ordering.columns
    if cursor is None:
        return rows.order_by(*columns)
    if cursor.is_backwards:
        return rows.filter(_compare(columns, "<", cursor.place)).order_by(
            *(f"-{column}" for column in columns)
        )
    return rows.filter(_compare(columns, ">", cursor.place)).order_by(*columns)


def _compare(columns: Sequence[str], operator: str, place: Place) -> Func:
    return Func(
        Func(*map(F, columns), function="ROW"),
        Func(*map(Value, place), function="ROW"),
        template="%(expressions)s",
        arg_joiner=f" {operator} ",
        output_field=BooleanField(),
    )


def cut(
    rows: list[Row], size: int, cursor: Cursor | None, place_of: Callable[[Row], Place]
) -> Page[Row]:
    """Make a page of rows read in the cursor's direction, one more than the page has room for."""
    has_more = len(rows) > size
    rows = rows[:size]
    if not rows:
        return Page([], None, None)
    if cursor and cursor.is_backwards:
        rows.reverse()
        return Page(
            rows,
            next=Cursor(place_of(rows[-1])),
            previous=Cursor(place_of(rows[0]), is_backwards=True) if has_more else None,
        )
    return Page(
        rows,
        next=Cursor(place_of(rows[-1])) if has_more else None,
        previous=Cursor(place_of(rows[0]), is_backwards=True) if cursor else None,
    )


def place_in(ordering: Ordering) -> Callable[[Any], Place]:
    """Return what reads a row's place: a row is a model's instance or a dictionary."""

    def place_of(row: Any) -> Place:
        if isinstance(row, Model):
            return tuple(getattr(row, column) for column in ordering.columns)
        return tuple(row[column] for column in ordering.columns)

    return place_of
