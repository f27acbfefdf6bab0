"""Keeping the bytes that services send."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sources.models import Payload, Service


def keep_payloads(service: Service, raw: Mapping[str, bytes], *, now: datetime) -> None:
    """Keep each record's bytes once; bytes that are kept already stay as they are."""
    Payload.objects.bulk_create(
        [
            Payload(
                service=service,
                identifier=identifier,
                sha256=Payload.digest(content),
                compressed=Payload.pack(content),
                size=len(content),
                fetched_at=now,
            )
            for identifier, content in raw.items()
        ],
        ignore_conflicts=True,
    )
