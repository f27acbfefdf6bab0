"""One request budget a service, shared by every process and host on this database.

A row holds the time at which the next request may leave; taking a turn moves it on in one
statement (the generic cell rate algorithm, GCRA), so turns are handed out in order and nobody polls.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import connection

from sources.models import RateBudget, Service

# Requests leave a little apart from the limit, so that jitter on the way to the service never
# puts one more into a second than the service allows.
MARGIN: Final = 1.1
PER_SECOND: Final = {Service.CLINICALTRIALS: 1.0, Service.CROSSREF: 1.0, Service.ISRCTN: 1.0}

TAKE_TURN: Final = """
    INSERT INTO sources_ratebudget AS budget (service, next_at, paused_reason)
    VALUES (%(service)s, clock_timestamp() + %(gap)s * interval '1 second', '')
    ON CONFLICT (service) DO UPDATE SET next_at =
        greatest(budget.next_at, clock_timestamp())
        + coalesce(%(margin)s / budget.per_second, %(gap)s) * interval '1 second'
    WHERE budget.next_at <= clock_timestamp() + %(within)s * interval '1 second'
      AND (budget.paused_until IS NULL OR budget.paused_until <= clock_timestamp())
    RETURNING extract(epoch FROM next_at - clock_timestamp())
              - coalesce(%(margin)s / per_second, %(gap)s)
"""


class Paused(Exception):
    """All requests to this service are paused."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(f"paused until {until:%Y-%m-%d %H:%M} UTC: {reason}")
        self.until = until


def turn_taker(service: Service) -> Callable[[float], None]:
    """Return the function that a client calls before each request to wait for its turn."""

    def wait(within: float) -> None:
        time.sleep(take_turn(service, within=within))

    return wait


def take_turn(service: Service, *, within: float) -> float:
    """Reserve the next turn and return the seconds until it comes.

    Raises TimeoutError, with nothing reserved, when it would come later than `within` seconds from
    now, and Paused when the service is paused.
    """
    gap = MARGIN / per_second(service)
    values: dict[str, str | float] = {
        "service": service.value,
        "gap": gap,
        "margin": MARGIN,
        "within": within,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, values)
        row = cursor.fetchone()
    if row is None:
        raise _refusal(service, within)
    return max(0.0, float(row[0]))


def per_second(service: Service) -> float:
    """Return the rate of the settings."""
    if service is Service.PUBMED:
        return float(settings.EUTILS_REQUESTS_PER_SECOND)
    return PER_SECOND[service]


def pause(service: Service, *, until: datetime, reason: str) -> None:
    """Let no request to this service leave until then."""
    RateBudget.objects.update_or_create(
        service=service,
        defaults={"paused_until": until, "paused_reason": reason},
        create_defaults={"next_at": until, "paused_until": until, "paused_reason": reason},
    )


def resume(service: Service) -> None:
    """Lift a pause."""
    RateBudget.objects.filter(service=service).update(paused_until=None, paused_reason="")


def is_paused(service: Service) -> bool:
    return RateBudget.objects.filter(service=service).paused().exists()


def _refusal(service: Service, within: float) -> Exception:
    budget = RateBudget.objects.get(service=service)
    if budget.paused_until and budget.paused_reason:
        return Paused(budget.paused_until, budget.paused_reason)
    return TimeoutError(f"no turn within {within:.1f} s: too many requests are waiting")
