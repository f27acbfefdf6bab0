"""Keeping the bytes that services send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sources.actions.upserts import Incoming
from sources.models import Payload, Service

COLUMNS: Final = ("service", "identifier", "sha256", "compressed", "size", "fetched_at")


def keep_payloads(service: Service, raw: Mapping[str, bytes], *, now: datetime) -> None:
    """Keep each record's bytes once; bytes that are kept already stay as they are."""
    incoming = Incoming(Payload, COLUMNS)
    incoming.copy(row_of(service, identifier, content, now) for identifier, content in raw.items())
    incoming.insert(key="identifier", returning=("id",))


def row_of(service: str, identifier: str, content: bytes, now: datetime) -> tuple[Any, ...]:
    """Return a payload's values in the order of COLUMNS."""
    sha256, packed = Payload.digest(content), Payload.pack(content)
    return (str(service), identifier, sha256, packed, len(content), now)
