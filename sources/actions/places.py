"""How many workers ask one service at once: as many as keep its rate, and no more.

Wakers do not know of each other, so without this each of beat's messages would become one more drain
that goes on until nothing is due, and a long ledger would keep every worker from all other work.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.db import connection

from sources.actions import budget
from sources.models import Service

LOCK: Final = 0x61736B  # "ask"
TAKE: Final = "SELECT pg_try_advisory_lock(%s, hashtext(%s))"
GIVE_BACK: Final = "SELECT pg_advisory_unlock(%s, hashtext(%s))"
#: The seconds an answer may take without the rate being missed for want of askers.
SECONDS_AN_ANSWER: Final = 2.0
#: Crossref's public pool takes one request at a time.
ONE_AT_A_TIME: Final = (Service.CROSSREF,)


def places(service: Service) -> int:
    """Return how many workers may ask this service at once."""
    if service in ONE_AT_A_TIME:
        return 1
    return max(2, math.ceil(SECONDS_AN_ANSWER * budget.per_second(service)))


@contextmanager
def place(service: Service) -> Iterator[bool]:
    """Yield whether a place among those who ask the service was free; it is ours meanwhile.

    The lock belongs to the connection, so it ends with a worker that is killed.
    """
    names = (f"{service.value} {number}" for number in range(places(service)))
    taken = next((name for name in names if _says_yes(TAKE, name)), None)
    try:
        yield taken is not None
    finally:
        if taken is not None:
            _says_yes(GIVE_BACK, taken)


def _says_yes(query: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(query, [LOCK, name])
        return bool(cursor.fetchone()[0])
