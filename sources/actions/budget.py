"""One request budget a service, shared by every process and host on this database.

A row holds the time at which the next request may leave; taking a turn moves it on in one
statement (the generic cell rate algorithm, GCRA), so turns are handed out in order and nobody polls.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection

from sources.http import Pace, Reply, pace_of
from sources.models import RateBudget, Service

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)

# Requests leave a little apart from the limit, so that jitter on the way to the service never
# puts one more into a second than the service allows.
MARGIN: Final = 1.1
#: Seconds after which a turn is no longer used: half of what the margin leaves in each second.
LATE: Final = 0.05
MOST_TURNS: Final = 4
PER_SECOND: Final = {Service.CLINICALTRIALS: 1.0, Service.CROSSREF: 1.0, Service.ISRCTN: 1.0}

#: What a service said of its limit is forgotten after so long without a word.
TOLD_FOR: Final = "interval '10 minutes'"
#: The lower of what we want and of what the service allows, in requests a second.
IN_EFFECT: Final = f"""
    least(coalesce(budget.per_second, %(rate)s),
          CASE WHEN budget.told_at > clock_timestamp() - {TOLD_FOR} THEN budget.told_per_second END)
"""

TAKE_TURN: Final = f"""
    INSERT INTO sources_ratebudget AS budget (service, next_at, paused_reason)
    VALUES (%(service)s, clock_timestamp() + %(margin)s / %(rate)s * interval '1 second', '')
    ON CONFLICT (service) DO UPDATE SET next_at =
        greatest(budget.next_at, clock_timestamp())
        + %(margin)s / {IN_EFFECT} * interval '1 second'
    WHERE budget.next_at <= clock_timestamp() + %(within)s * interval '1 second'
      AND (budget.paused_until IS NULL OR budget.paused_until <= clock_timestamp())
    RETURNING extract(epoch FROM next_at - clock_timestamp()) - %(margin)s / {IN_EFFECT}
"""  # noqa: S608  (of constants)

# Written only when there is news, so that an answer like the last one costs no row.
HEED: Final = """
    UPDATE sources_ratebudget SET
        told_per_second = coalesce(%(told)s::float8, told_per_second),
        told_at = CASE WHEN %(told)s::float8 IS NULL THEN told_at ELSE clock_timestamp() END,
        next_at = greatest(next_at, clock_timestamp() + %(rest)s * interval '1 second')
    WHERE service = %(service)s AND (%(rest)s > 0 OR (
        %(told)s::float8 IS NOT NULL AND (
            told_per_second IS DISTINCT FROM %(told)s::float8
            OR told_at < clock_timestamp() - interval '1 minute')))
"""


class Paused(Exception):
    """All requests to this service are paused."""

    def __init__(self, until: datetime, reason: str) -> None:
        super().__init__(f"paused until {until:%Y-%m-%d %H:%M} UTC: {reason}")
        self.until = until


def turn_taker(service: Service) -> Callable[[float], None]:
    """Return the function that a client calls before each request to wait for its turn.

    On a busy machine a process may be woken late, and its request would meet the next ones in the same
    second. Such a turn is given up for a later one, but not for ever.
    """

    def wait(within: float) -> None:
        end = time.monotonic() + within
        for _ in range(MOST_TURNS):
            asked = time.monotonic()
            turn = take_turn(service, within=end - asked)
            time.sleep(turn)
            if time.monotonic() - asked - turn <= LATE:
                break

    return wait


def take_turn(service: Service, *, within: float) -> float:
    """Reserve the next turn and return the seconds until it comes.

    Raises TimeoutError, with nothing reserved, when it would come later than `within` seconds from
    now, and Paused when the service is paused.
    """
    values: dict[str, str | float] = {
        "service": service.value,
        "rate": per_second(service),
        "margin": MARGIN,
        "within": within,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE_TURN, values)
        row = cursor.fetchone()
    if row is None:
        raise _refusal(service, within)
    return max(0.0, float(row[0]))


def listener(service: Service) -> Callable[[Reply], None]:
    """Return the function that a client tells of each reply, so that the budget heeds its headers."""

    def heard(reply: Reply) -> None:
        heed(service, pace_of(reply))

    return heard


def heed(service: Service, pace: Pace) -> None:
    """Let everybody keep to what the service says: its limit, half of it when that is used up, its rest.

    What it allows again with the next answer holds from then on.
    """
    told = pace.per_second and pace.per_second / (2 if pace.is_used_up else 1)
    values = {"service": service.value, "told": told, "rest": pace.rest}
    with connection.cursor() as cursor:
        cursor.execute(HEED, values)


def in_effect(service: Service) -> float:
    """Return the requests a second that may leave now, all workers together; 0 while paused."""
    query = f"""
        SELECT CASE WHEN budget.paused_until > clock_timestamp() THEN 0 ELSE {IN_EFFECT} END
        FROM sources_ratebudget budget WHERE service = %(service)s
    """  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, {"service": service.value, "rate": per_second(service)})
        row = cursor.fetchone()
    return float(row[0]) if row else per_second(service)


def per_second(service: Service) -> float:
    """Return the rate of the settings."""
    if service is Service.PUBMED:
        return float(settings.EUTILS_REQUESTS_PER_SECOND)
    return PER_SECOND[service]


def set_rate(service: Service, *, per_second: float | None, by: User, now: datetime) -> None:
    """Let everybody keep to this many requests a second from the next turn on; None: to the settings."""
    RateBudget.objects.update_or_create(
        service=service,
        defaults={"per_second": per_second},
        create_defaults={"per_second": per_second, "next_at": now},
    )
    rate = "as in the settings" if per_second is None else f"{per_second:g} a second"
    logger.warning("rate of %s set by %s: %s", service.label, by.get_username(), rate)


def complete_budgets(*, now: datetime) -> None:
    """Give each service its row before its first request, so that its rate can be set."""
    missing = {*Service} - {
        Service(name) for name in RateBudget.objects.values_list("service", flat=True)
    }
    rows = [RateBudget(service=service, next_at=now) for service in sorted(missing)]
    if rows:
        RateBudget.objects.bulk_create(rows, ignore_conflicts=True)


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
