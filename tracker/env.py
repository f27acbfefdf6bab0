"""Typed readers of environment variables.

An absent or empty variable gives the default; anything malformed raises ImproperlyConfigured naming
the variable and what it takes.
"""

import os
from collections.abc import Callable, Collection
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding blanks; control characters are refused."""
    value = os.environ.get(name, "").strip()
    if not value.isprintable():
        raise refusal(name, "printable text on one line")
    return value or default


def flag(name: str, default: bool) -> bool:
    """Return a yes or a no."""
    value = text(name).lower()
    if value and value not in TRUE | FALSE:
        raise refusal(name, "1 or 0 (also true/false, yes/no, on/off)")
    return value in TRUE if value else default


def whole(name: str, default: int, *, least: int = 0, most: int = 2**31 - 1) -> int:
    """Return a whole number between least and most."""
    return _number(name, default, int, f"a whole number from {least} to {most}", least, most)


def number(name: str, default: float, *, least: float, most: float) -> float:
    """Return a number between least and most."""
    return _number(name, default, float, f"a number from {least} to {most}", least, most)


def words(name: str, default: Collection[str] = ()) -> list[str]:
    """Return the parts of a comma-separated list."""
    return [part.strip() for part in text(name).split(",") if part.strip()] or list(default)


def url(name: str, default: str, *, schemes: Collection[str] = ("https", "http")) -> str:
    """Return an absolute URL with one of the schemes."""
    value = text(name, default)
    if value and not _is_url(value, schemes):
        raise refusal(name, f"a URL that begins with {' or '.join(s + '://' for s in schemes)}")
    return value


def base_url(name: str, default: str) -> str:
    """Return an http(s) URL that paths can be appended to: it ends with a slash."""
    value = url(name, default)
    if "?" in value or "#" in value:
        raise refusal(name, "a base URL without '?' and '#'")
    return value if value.endswith("/") else f"{value}/"


def split(name: str, value: str) -> SplitResult:
    """Return the parts of a URL, its port checked."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError as error:
        raise refusal(name, f"a URL ({error})") from error
    return parts


def refusal(name: str, takes: str) -> ImproperlyConfigured:
    """Return the error that tells an operator what the variable takes, without repeating its value."""
    return ImproperlyConfigured(f"The environment variable {name} is malformed: it takes {takes}.")


def _number(
    name: str, default: T, kind: Callable[[str], T], takes: str, least: float, most: float
) -> T:
    value = text(name)
    if not value:
        return default
    try:
        result = kind(value)
    except ValueError as error:
        raise refusal(name, takes) from error
    if not least <= result <= most:  # type: ignore[operator]
        raise refusal(name, takes)
    return result


def _is_url(value: str, schemes: Collection[str]) -> bool:
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False
