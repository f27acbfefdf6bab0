"""Show the ledger of fetching: how many requests stand where, since when, and at which rate."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from sources.actions import budget
from sources.models import FetchRequest, RateBudget, Service


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object by service")

    def handle(self, **options: Any) -> str:
        tally = FetchRequest.objects.tally()
        if options["json"]:
            return json.dumps(tally)
        lines = [_heading(), *(_row(service, counts) for service, counts in tally.items())]
        return "\n".join([*lines, "", _oldest_due(), *_rates()])


def _heading() -> str:
    states = "".join(f"{state.label:>12}" for state in FetchRequest.State)
    return f"{'service':<20}{states}"


def _row(service: str, counts: dict[str, int]) -> str:
    return f"{Service(service).label:<20}" + "".join(f"{n:>12}" for n in counts.values())


def _oldest_due() -> str:
    oldest = FetchRequest.objects.due(timezone.now()).order_by("next_attempt_at").first()
    if oldest is None:
        return "Nothing is due."
    return f"Oldest due: {oldest.identifier}, since {oldest.next_attempt_at:%Y-%m-%d %H:%M:%S} UTC."


def _rates() -> list[str]:
    budgets = {row.service: row for row in RateBudget.objects.all()}
    return [_rate(service, budgets.get(service)) for service in Service]


def _rate(service: Service, row: RateBudget | None) -> str:
    rate = (row and row.per_second) or budget.per_second(service)
    text = f"{service.label}: at most {rate:g} requests a second"
    if row and row.paused_until and row.paused_until > timezone.now():
        text += f"; paused until {row.paused_until:%Y-%m-%d %H:%M} UTC: {row.paused_reason}"
    return text
