"""What a reply tells of the service's own limit, in the words of NCBI and of Crossref."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sources.http.replies import Reply

NUMBER: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
#: "1s", "10 s", "1m"; a bare number is of seconds.
INTERVAL: Final = re.compile(r"([0-9]{1,6})\s*([smh]?)", re.ASCII)
SECONDS: Final = {"": 1, "s": 1, "m": 60, "h": 3600}
#: For a 429 that does not say how long to keep away.
REST: Final = 2.0


@dataclass(frozen=True, slots=True)
class Pace:
    """`per_second`: requests that the service allows, None if it does not say. `rest`: seconds in
    which it wants to hear from nobody. `is_used_up`: whether this reply was the last one allowed."""

    per_second: float | None = None
    rest: float = 0.0
    is_used_up: bool = False


def pace_of(reply: Reply) -> Pace:
    """Read `X-RateLimit-*` (NCBI), `x-rate-limit-*` (Crossref) and `Retry-After`."""
    of_a_second = _number(reply.headers, "X-RateLimit-Limit")
    of_an_interval = _number(reply.headers, "x-rate-limit-limit")
    interval = _seconds(reply.headers.get("x-rate-limit-interval", "1s"))
    per_second = of_a_second
    if of_an_interval and interval:
        per_second = of_an_interval / interval
    rest = reply.retry_after or (REST if reply.status == 429 else 0.0)
    used_up = reply.status == 429 or _number(reply.headers, "X-RateLimit-Remaining") == 0
    return Pace(per_second or None, rest, used_up)


def _number(headers: Mapping[str, str], name: str) -> float | None:
    said = headers.get(name, "").strip()
    return float(said) if NUMBER.fullmatch(said) else None


def _seconds(said: str) -> int:
    read = INTERVAL.fullmatch(said.strip().lower())
    return int(read[1]) * SECONDS[read[2]] if read else 0
