"""Show the ledger of fetching: how many requests stand where, since when, at which rate; or one batch."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sources.actions import budget
from sources.models import FetchBatch, FetchRequest, Publication, RateBudget, Service
from sources.progress import Progress, progress_of

WATCH_SECONDS: Final = 2.0
NEWEST_BATCHES: Final = 5


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON object by service")
        parser.add_argument("--batch", type=int, metavar="N", help="how far this batch is")
        parser.add_argument(
            "--watch", action="store_true", help="with --batch: repeat until it has finished"
        )

    def handle(self, **options: Any) -> str:
        if options["watch"] and options["batch"] is None:
            raise CommandError("--watch follows a batch: say which with --batch N.")
        if options["batch"] is not None:
            return self._batch(options["batch"], options["watch"], options["json"])
        tally = FetchRequest.objects.tally()
        if options["json"]:
            return json.dumps(tally)
        lines = [_heading(), *(_row(service, counts) for service, counts in tally.items())]
        return "\n".join([*lines, "", _oldest_due(), *_rates(), _checks(), *_batches()])

    def _batch(self, number: int, watch: bool, as_json: bool) -> str:
        batch = FetchBatch.objects.filter(pk=number).first()
        if batch is None:
            raise CommandError(f"There is no batch {number}. `fetch_status` lists the newest.")
        progress = progress_of(batch, now=timezone.now())
        while watch and not progress.is_finished:
            self.stderr.write(_bar(progress))
            time.sleep(WATCH_SECONDS)
            progress = progress_of(batch, now=timezone.now())
        if as_json:
            return json.dumps(_as_json(batch, progress))
        return "\n".join([str(batch).capitalize(), _bar(progress), *_details(progress)])


def _heading() -> str:
    states = "".join(f"{state.label:>12}" for state in FetchRequest.State)
    return f"{'service':<20}{states}"


def _row(service: str, counts: dict[str, int]) -> str:
    return f"{Service(service).label:<20}" + "".join(f"{n:>12}" for n in counts.values())


def _oldest_due() -> str:
    oldest = FetchRequest.objects.due(timezone.now()).order_by("next_attempt_at").first()
    if oldest is None:
        return "Nothing is due."
    return f"Oldest due: {oldest.identifier}, since {_moment(oldest.next_attempt_at)}."


def _rates() -> list[str]:
    budgets = {row.service: row for row in RateBudget.objects.all()}
    return [_rate(service, budgets.get(service)) for service in Service]


def _rate(service: Service, row: RateBudget | None) -> str:
    rate = (row and row.per_second) or budget.per_second(service)
    text = f"{service.label}: at most {rate:g} requests a second"
    allowed = budget.in_effect(service)
    if 0 < allowed < rate:
        text += f"; {allowed:g} just now, as the service asks"
    if row and row.paused_until and row.paused_until > timezone.now():
        text += f"; paused until {row.paused_until:%Y-%m-%d %H:%M} UTC: {row.paused_reason}"
    return text


def _checks() -> str:
    """Say how many publications each source was asked about lately, whether for a claim or not."""
    days = settings.INTEGRITY_RECHECK_DAYS
    tally = Publication.objects.tally_of_checks(timezone.now() - timedelta(days=days))
    said = ", ".join(
        f"{Service(source).label} {checked} of {every}"
        for source, (checked, every) in tally.items()
    )
    return f"Checked for notices in the last {days:g} days: {said} publications."


def _batches() -> list[str]:
    newest: Any = FetchBatch.objects.with_progress()[:NEWEST_BATCHES]
    lines = [
        f"  {batch.pk}: {batch.total - batch.queued - batch.running}/{batch.total} done, "
        f"{batch.failed} failed; {batch.reason}, {_moment(batch.created_at)}"
        for batch in newest
    ]
    return ["", "Newest batches:", *lines] if lines else []


def _bar(progress: Progress) -> str:
    filled = 30 * progress.done // progress.total if progress.total else 30
    states = ", ".join(
        f"{progress.counts[state]} {state.label}"
        for state in FetchRequest.State
        if progress.counts[state]
    )
    return f"[{'#' * filled}{'.' * (30 - filled)}] {progress.done}/{progress.total}  {states}"


def _details(progress: Progress) -> list[str]:
    lines = []
    if not progress.is_finished:
        lines.append(f"{progress.per_minute:g} a minute over the last five.")
        if progress.next_attempt_at:
            lines.append(f"Next attempt: {_moment(progress.next_attempt_at)}.")
        if progress.ends_at:
            lines.append(f"May end at {_moment(progress.ends_at)}, repeats not counted.")
    lines += [
        f"{row.get_service_display()} is paused until {_moment(row.paused_until)}: {row.paused_reason}"
        for row in progress.pauses
    ]
    if progress.is_stalled:
        lines.append(
            "No worker has taken anything for two minutes. Start one: celery -A tracker worker"
        )
    lines += [
        f"{each.label}: {each.waiting} wait, {each.failed} failed. {each.explanation.meaning} "
        f"{each.explanation.advice}"
        for each in progress.troubles
    ]
    return lines


def _as_json(batch: FetchBatch, progress: Progress) -> dict[str, Any]:
    return {
        "batch": batch.pk,
        "reason": batch.reason,
        "created_at": _iso(batch.created_at),
        **progress.counts,
        "per_minute": progress.per_minute,
        "next_attempt_at": _iso(progress.next_attempt_at),
        "ends_at": _iso(progress.ends_at),
        "is_finished": progress.is_finished,
        "is_stalled": progress.is_stalled,
        "troubles": {
            each.code: {"waiting": each.waiting, "failed": each.failed}
            for each in progress.troubles
        },
    }


def _iso(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime | None) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S} UTC" if value else "never"
