"""Checks of single values: each returns the value, or says what is wrong with it.

A check is a function of one argument that raises `BadValue`; null is "is missing" unless the field is
optional. `Shape` is a check of a whole mapping and makes a record of it.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from claims.ruleset.vocabulary import Vocabulary

Check = Callable[[Any], Any]
LARGEST = 2_147_483_647  # a PostgreSQL integer


class BadValue(Exception):
    """`faults` are pairs of the path to a value within the one checked, and what is wrong."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(*faults)
        self.faults = faults

    @classmethod
    def because(cls, message: str) -> "BadValue":
        return cls(("", message))


def text(longest: int | None = None) -> Check:
    """Not blank, no control characters but line ends, at most `longest` characters."""

    def check(value: Any) -> str:
        if not isinstance(_present(value), str):
            raise BadValue.because(f"{value!r} is not text; put it in quotes")
        if not value.strip():
            raise BadValue.because("is empty")
        if not _is_storable(value):
            raise BadValue.because("holds a character that is no text")
        if longest and len(value) > longest:
            raise BadValue.because(f"has {len(value)} characters, more than {longest}")
        return str(value)

    return check


def matching(pattern: str, what: str, longest: int | None = None) -> Check:
    read = text(longest)
    expression = re.compile(pattern, re.ASCII)

    def check(value: Any) -> str:
        if not expression.fullmatch(read(value)):
            raise BadValue.because(f"{value!r} is not {what}")
        return str(value)

    return check


def one_of(words: type[Vocabulary] | tuple[str, ...]) -> Check:
    legal = [str(word) for word in words]

    def check(value: Any) -> str:
        if not isinstance(_present(value), str) or value not in legal:
            raise BadValue.because(f"{value!r} is not one of {', '.join(legal)}")
        return str(value)

    return check


def whole_number(least: int = 0, most: int = LARGEST) -> Check:
    def check(value: Any) -> int:
        if not isinstance(_present(value), int) or isinstance(value, bool):
            raise BadValue.because(f"{value!r} is not a whole number")
        if not least <= value <= most:
            raise BadValue.because(f"{value} is not within {least} to {most}")
        return int(value)

    return check


def number(value: Any) -> float:
    if not isinstance(_present(value), int | float) or isinstance(value, bool):
        raise BadValue.because(f"{value!r} is not a number")
    if not math.isfinite(value):
        raise BadValue.because(f"{value} is not a finite number")
    return float(value)


def flag(value: Any) -> bool:
    if not isinstance(_present(value), bool):
        raise BadValue.because(f"{value!r} is neither true nor false")
    return value is True


def day(value: Any) -> date:
    present = _present(value)
    # A datetime is a date to Python, and a moment is no day.
    if not isinstance(present, date) or isinstance(present, datetime):
        raise BadValue.because(f"{value!r} is not a date (YYYY-MM-DD)")
    return present


def optional(check: Check, default: Any = None) -> Check:
    def check_if_given(value: Any) -> Any:
        return default if value is None else check(value)

    return check_if_given


def list_of(check: Check) -> Check:
    def check_each(value: Any) -> tuple[Any, ...]:
        if not isinstance(_present(value), list):
            raise BadValue.because(f"{value!r} is not a list")
        faults: list[tuple[str, str]] = []
        values = [_checked(check, each, f"[{n}]", faults) for n, each in enumerate(value)]
        if faults:
            raise BadValue(*faults)
        return tuple(values)

    return check_each


@dataclass(frozen=True, slots=True)
class Shape:
    """A mapping with these fields and no others; a field that is left out is null."""

    record: Callable[..., Any]
    fields: Mapping[str, Check]

    def __call__(self, value: Any) -> Any:
        if not isinstance(_present(value), dict):
            raise BadValue.because(f"{value!r} is not a mapping")
        faults = [
            (str(name), "there is no such field") for name in value if name not in self.fields
        ]
        values = {
            name: _checked(check, value.get(name), name, faults)
            for name, check in self.fields.items()
        }
        if faults:
            raise BadValue(*faults)
        return self.record(**values)


def _present(value: Any) -> Any:
    if value is None:
        raise BadValue.because("is missing")
    return value


def _checked(check: Check, value: Any, name: str, faults: list[tuple[str, str]]) -> Any:
    """Return the checked value; else note its faults under its name."""
    try:
        return check(value)
    except BadValue as bad:
        faults += [(_path(name, path), message) for path, message in bad.faults]


def _path(name: str, rest: str) -> str:
    return f"{name}.{rest}" if rest and not rest.startswith("[") else f"{name}{rest}"


def _is_storable(value: str) -> bool:
    return not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", value)
