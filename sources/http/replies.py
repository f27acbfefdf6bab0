"""A reply as it came, and what can be read off it whatever the service."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import urljoin

SHORTEST_RETRY: Final = 1.0
LONGEST_RETRY: Final = 120.0
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
PERMANENT_REDIRECTS: Final = frozenset({301, 308})
#: Statuses of a moment: too early, too often, and every 5xx but "not implemented".
PASSING: Final = frozenset({408, 425, 429, 500, *range(502, 600)})


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply that came whole, whatever its status. `duration_ms` is without the wait before it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    duration_ms: int

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "")

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()

    @property
    def is_passing(self) -> bool:
        """Whether the status alone says that another try may succeed."""
        # A permanent redirect is an address to correct; any other is the service's mood.
        return self.status in PASSING or self.status in REDIRECTS - PERMANENT_REDIRECTS

    @property
    def location(self) -> str | None:
        """Where a redirect points to, as a whole URL; None if this is no redirect."""
        target = self.headers.get("Location")
        return urljoin(self.url, target) if target and self.status in REDIRECTS else None

    @property
    def retry_after(self) -> float | None:
        """The seconds that the service asks for, in either form they may have (RFC 9110, 10.2.3)."""
        said = self.headers.get("Retry-After", "").strip()
        seconds = float(said) if re.fullmatch(r"[0-9]+", said, re.ASCII) else _seconds_until(said)
        return None if seconds is None else min(max(seconds, SHORTEST_RETRY), LONGEST_RETRY)

    def number(self, header: str) -> int | None:
        value = self.headers.get(header, "")
        return int(value) if re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) else None


def _seconds_until(date: str) -> float | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    # A date "-0000" is UTC of an unknown place, and comes without a time zone.
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime.now(UTC)).total_seconds()
