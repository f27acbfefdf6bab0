"""Keeping the bytes that services send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sources.actions.upserts import Incoming
from sources.models import Payload, Service

COLUMNS: Final = ("service", "identifier", "sha256", "compressed", "size", "fetched_at")


def keep_payloads(service: Service, raw: Mapping[str, bytes], *, now: datetime) -> None:
    """Keep each record's bytes once; bytes that are kept already stay as they are."""
    incoming = Incoming(Payload, COLUMNS)
    incoming.copy(
        (
            service.value,
            identifier,
            Payload.digest(content),
            Payload.pack(content),
            len(content),
            now,
        )
        for identifier, content in raw.items()
    )
    incoming.insert(key="identifier", returning=("id",))
