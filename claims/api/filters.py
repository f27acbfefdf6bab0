"""Strict filters: a parameter that there is not, or a value it does not take, is a 400 that says so.

Each filter says what it takes twice: in words, for the problem, and as JSON Schema, for OpenAPI.
"""

from collections.abc import Container, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict

from claims.api.problems import BadParameters, ParameterErrorJSON

Parameter = dict[str, Any]
CURSOR = "cursor"
PAGE_SIZE = "page_size"
LARGEST_PAGE = 200
USUAL_PAGE = 50
PAGE_SIZE_TAKES = f"a whole number from 1 to {LARGEST_PAGE}"
LONGEST_TEXT = 200


class OneOf(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    """One of a closed list of words; given several times, any of these."""

    is_repeatable = True

    def __init__(self, words: Iterable[Any], **kwargs: Any) -> None:
        self.words = [getattr(word, "value", word) for word in words]
        kwargs.setdefault("choices", [(str(word), str(word)) for word in self.words])
        super().__init__(**kwargs)

    @property
    def takes(self) -> str:
        return f"one of {', '.join(map(str, self.words))}; may be given several times"

    @property
    def schema(self) -> dict[str, Any]:
        kind = "integer" if isinstance(self.words[0], int) else "string"
        return {"type": "array", "items": {"type": kind, "enum": self.words}}


class Flag(django_filters.TypedChoiceFilter):  # type: ignore[misc]
    """A yes or a no."""

    is_repeatable = False
    takes = "true or false"
    schema = {"type": "boolean"}

    def __init__(self, **kwargs: Any) -> None:
        choices = [("true", "true"), ("false", "false")]
        super().__init__(choices=choices, coerce=lambda word: word == "true", **kwargs)


class Matching(django_filters.Filter):  # type: ignore[misc]
    """Text of a certain form."""

    is_repeatable = False
    field_class = forms.RegexField

    def __init__(
        self, pattern: str, takes: str, *, within: tuple[int, int] | None = None, **kwargs: Any
    ) -> None:
        self.takes = takes
        self.schema = _number(*within) if within else {"type": "string", "pattern": pattern}
        super().__init__(regex=rf"{pattern[:-1]}\Z", **kwargs)


class Words(django_filters.CharFilter):  # type: ignore[misc]
    """Free text."""

    is_repeatable = False
    takes = f"words, at most {LONGEST_TEXT} characters"
    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": r"\S"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_TEXT, **kwargs)


class StrictFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """The filters of one list."""

    @classmethod
    def parameters(cls) -> list[Parameter]:
        """Describe the filters as OpenAPI parameters."""
        return [
            query_parameter(name, filter_.schema, filter_.extra["help_text"])
            for name, filter_ in cls.base_filters.items()
        ]

    @classmethod
    def narrow(cls, rows: QuerySet[Any, Any], query: QueryDict) -> QuerySet[Any, Any]:
        """Return the rows that the query asks for, or raise BadParameters."""
        if not query.keys() & cls.base_filters.keys():
            cls.check(query)
            return rows
        filtered = cls(query, queryset=rows)
        cls.check(query, illegal=filtered.errors)
        result: QuerySet[Any, Any] = filtered.qs
        return result

    @classmethod
    def check(cls, query: QueryDict, *, illegal: Container[str] = ()) -> None:
        """Refuse parameters that there are not, blank values, and a second value where one is taken."""
        errors = unknown(query, [*cls.base_filters, CURSOR, PAGE_SIZE])
        for name, filter_ in cls.base_filters.items():
            values = query.getlist(name)
            is_blank = any(not value.strip() for value in values)
            is_repeated = len(values) > 1 and not filter_.is_repeatable
            if is_blank or is_repeated or name in illegal:
                errors.append(_illegal(name, query, filter_.takes))
        if not _is_page_size(query):
            errors.append(_illegal(PAGE_SIZE, query, PAGE_SIZE_TAKES))
        if errors:
            raise BadParameters(errors)


class NoFilters(StrictFilterSet):
    """For lists that are not filtered."""


def _number(least: int, most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


def query_parameter(name: str, schema: dict[str, Any], description: str) -> Parameter:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def unknown(query: QueryDict, known: Sequence[str]) -> list[ParameterErrorJSON]:
    """Return an error for each parameter that there is not, with the one that may be meant."""
    return [_unknown(name, known) for name in query if name not in known]


def _unknown(name: str, known: Sequence[str]) -> ParameterErrorJSON:
    takes = f"one of {', '.join(sorted(known))}" if known else "no parameters"
    meant = get_close_matches(name, known, n=1)
    hint = f" Did you mean {meant[0]}?" if meant else ""
    detail = f"There is no parameter {name!r} here; this address takes {takes}.{hint}"
    return {"parameter": name, "detail": detail, "takes": takes}


def _illegal(name: str, query: QueryDict, takes: str) -> ParameterErrorJSON:
    values = " and ".join(repr(value) for value in query.getlist(name))
    return {
        "parameter": name,
        "detail": f"{name} cannot be {values}: it takes {takes}.",
        "takes": takes,
    }


def page_size(query: QueryDict) -> int:
    """Return how many rows a page has by a query that has been checked."""
    return int(query.get(PAGE_SIZE, USUAL_PAGE))


def _is_page_size(query: QueryDict) -> bool:
    values = query.getlist(PAGE_SIZE, [str(USUAL_PAGE)])
    text = values[0]
    is_number = len(values) == 1 and text.isascii() and text.isdecimal() and len(text) <= 3
    return is_number and 1 <= int(text) <= LARGEST_PAGE


PAGING: list[Parameter] = [
    query_parameter(
        CURSOR,
        {"type": "string", "minLength": 1},
        "Where the page begins. Opaque: follow the links `next` and `previous`.",
    ),
    query_parameter(
        PAGE_SIZE,
        {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": USUAL_PAGE},
        "How many rows a page has.",
    ),
]
