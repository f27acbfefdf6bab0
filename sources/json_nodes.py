"""JSON from outside, read value by value: what has the wrong type is named by its path.

Text comes out fit for PostgreSQL; what is absent or null is None or empty.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, cast

from sources.registration import Malformed

DATE: Final = re.compile(
    r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?",
    re.ASCII,
)
MARKDOWN_ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


def load(body: bytes, *, max_bytes: int) -> Node:
    """Return the one JSON object that the body is, or raise Malformed."""
    if len(body) > max_bytes:
        raise Malformed(f"more than {max_bytes} bytes")
    # Services put their errors in plain text or HTML, whatever the status says.
    if not body.lstrip().startswith(b"{"):
        raise Malformed(f"not a JSON object: {body[:80]!r}")
    try:
        return Node(json.loads(body), "", [])
    except (ValueError, RecursionError) as error:
        raise Malformed(f"not JSON: {error}") from error


class Node:
    """A JSON object that knows its path; `unknown` is shared by all objects of one document."""

    __slots__ = ("path", "unknown", "value")

    def __init__(self, value: dict[str, Any], path: str, unknown: list[str]) -> None:
        self.value = value
        self.path = path
        self.unknown = unknown

    def has(self, name: str) -> bool:
        return self.value.get(name) is not None

    def keys(self) -> str:
        return ", ".join(sorted(self.value)[:5])

    def doubt(self, name: str) -> None:
        """Remember that the value of this name could not be read."""
        self.unknown.append(f"{self.path}{name}")

    def child(self, name: str) -> Node:
        return Node(self._value(name, dict) or {}, f"{self.path}{name}.", self.unknown)

    def children(self, name: str) -> list[Node]:
        items = self._value(name, list) or []
        return [
            Node(self._checked(item, dict, name), f"{self.path}{name}.", self.unknown)
            for item in items
        ]

    def text(self, name: str) -> str | None:
        text = self._value(name, str)
        return (_storable(text).strip() or None) if text else None

    def markdown(self, name: str) -> str | None:
        """Return text whose punctuation comes with backslashes, without them."""
        text = self.text(name)
        return MARKDOWN_ESCAPE.sub(r"\1", text) if text else None

    def texts(self, name: str) -> list[str]:
        return [_storable(self._checked(item, str, name)) for item in self._value(name, list) or []]

    def texts_of(self, name: str, key: str) -> list[str]:
        return [text for node in self.children(name) if (text := node.text(key))]

    def date(self, name: str) -> str | None:
        date = self.text(name)
        if date is None or DATE.fullmatch(date):
            return date
        self.doubt(name)
        return None

    def count(self, name: str, *, below: int) -> int | None:
        count = self._value(name, int)
        if count is None or 0 <= count < below:
            return cast("int | None", count)
        self.doubt(name)
        return None

    def flag(self, name: str) -> bool:
        return bool(self._value(name, bool))

    def _value(self, name: str, kind: type) -> Any:
        value = self.value.get(name)
        return None if value is None else self._checked(value, kind, name)

    def _checked(self, value: Any, kind: type, name: str) -> Any:
        # bool is an int to Python, not to the registry.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise Malformed(f"{self.path}{name} is {type(value).__name__}, not {kind.__name__}")
        return value


def _storable(text: str) -> str:
    """Drop what JSON can carry and a database cannot: NUL and halves of surrogate pairs."""
    return re.sub("[\x00\ud800-\udfff]", "", text)
