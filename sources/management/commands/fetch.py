"""Ask PubMed, ClinicalTrials.gov, ISRCTN and Crossref for records; if wished, wait until they are there."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from sources import tasks
from sources.actions.fetching import illegal_identifiers, open_batch, request_fetch
from sources.identifiers import parse_doi
from sources.models import FetchRequest, Publication, Service, Trial

STALE_AFTER: Final = timedelta(days=7)
POLL_SECONDS: Final = 0.5
#: After this long without any movement the operator is told where to look.
QUIET_SECONDS: Final = 20


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--pmid", nargs="+", action="extend", default=[], metavar="N")
        parser.add_argument("--trial", nargs="+", action="extend", default=[], metavar="ID")
        parser.add_argument(
            "--doi",
            nargs="+",
            action="extend",
            default=[],
            help="ask Crossref what notices there are about these publications",
        )
        parser.add_argument(
            "--all-stale",
            action="store_true",
            help=f"every known record not fetched in the last {STALE_AFTER.days} days",
        )
        parser.add_argument("--wait", action="store_true", help="wait; fail if any request failed")
        parser.add_argument(
            "--timeout", type=float, default=600, help="seconds to wait at most (default 600)"
        )
        parser.add_argument("--json", action="store_true", help="end with one JSON object")

    def handle(self, **options: Any) -> str | None:
        wanted = _wanted(options)
        if not any(wanted.values()) and not options["all_stale"]:
            raise CommandError("Nothing to fetch: give --pmid, --trial, --doi or --all-stale.")
        _refuse_illegal(wanted)
        requests = _queue(wanted)
        if options["wait"]:
            self._wait(requests, timeout=options["timeout"], quiet=options["json"])
        states = _states(requests)
        self.stdout.write(json.dumps(states) if options["json"] else _sentence(states))
        if options["wait"] and set(states) - {"succeeded", "not_found"}:
            raise CommandError(_unfinished(requests))
        return None

    def _wait(self, requests: list[int], *, timeout: float, quiet: bool) -> None:
        show: Callable[[str], None] = (lambda text: None) if quiet else self._show
        started = moved = time.monotonic()
        before: dict[str, int] = {}
        while time.monotonic() - started < timeout:
            states = _states(requests)
            if states != before:
                before, moved = states, time.monotonic()
                show(_bar(states, len(requests)))
            if not set(states) & set(FetchRequest.LIVE):
                break
            if time.monotonic() - moved > QUIET_SECONDS:
                moved = time.monotonic()
                show(_hint(requests))
            time.sleep(POLL_SECONDS)

    def _show(self, text: str) -> None:
        end = "" if sys.stderr.isatty() else "\n"
        self.stderr.write(f"\r{text}" if not end else text, ending=end)


def _wanted(options: dict[str, Any]) -> dict[Service, list[str]]:
    isrctns = [number for number in options["trial"] if _is_isrctn(number)]
    wanted = {
        Service.PUBMED: options["pmid"],
        Service.CLINICALTRIALS: [n for n in options["trial"] if n not in isrctns],
        Service.ISRCTN: isrctns,
        Service.CROSSREF: options["doi"],
    }
    if options["all_stale"]:
        before = timezone.now() - STALE_AFTER
        wanted[Service.PUBMED] += Publication.objects.fetchable().stale(before).identifiers()
        unchecked = Publication.objects.with_doi().unchecked_in_crossref(before)
        wanted[Service.CROSSREF] += unchecked.values_list("doi", flat=True)
        for service in (Service.CLINICALTRIALS, Service.ISRCTN):
            wanted[service] += Trial.objects.fetched_from(service).stale(before).identifiers()
    return wanted


def _is_isrctn(number: str) -> bool:
    return number.strip().upper().startswith("ISRCTN")


def _refuse_illegal(wanted: dict[Service, list[str]]) -> None:
    problems = [p for service, ids in wanted.items() for p in illegal_identifiers(service, ids)]
    if problems:
        raise CommandError("Nothing was queued.\n" + "\n".join(problems))
    dois = {parse_doi(doi) for doi in wanted[Service.CROSSREF]}
    strangers = sorted(dois - set(Publication.objects.of_dois(dois)))
    if strangers:
        raise CommandError(
            f"Nothing was queued.\nNo publication here has the DOI {', '.join(strangers)}: Crossref is "
            "asked about publications that are known. Add it on the reviewers' desk first."
        )


@transaction.atomic
def _queue(wanted: dict[Service, list[str]]) -> list[int]:
    if not any(wanted.values()):
        return []
    now = timezone.now()
    batch = open_batch("asked for on the command line", by=None, now=now)
    requests: list[int] = []
    for service, identifiers in wanted.items():
        if identifiers:
            queued = request_fetch(
                service, identifiers, by=None, now=now, reason="command", batch=batch
            )
            requests += [request.pk for request in queued]
            tasks.wake(service)
    return requests


def _states(requests: Iterable[int]) -> dict[str, int]:
    rows = FetchRequest.objects.filter(pk__in=requests).order_by()
    return dict(sorted(Counter(rows.values_list("state", flat=True)).items()))


def _sentence(states: dict[str, int]) -> str:
    said = ", ".join(f"{n} {FetchRequest.State(state).label}" for state, n in states.items())
    return f"{said or 'Nothing to fetch'}."


def _bar(states: dict[str, int], total: int) -> str:
    done = sum(n for state, n in states.items() if state not in FetchRequest.LIVE)
    filled = 30 * done // total
    return f"[{'#' * filled}{'.' * (30 - filled)}] {done}/{total}  {_sentence(states)}"


def _hint(requests: list[int]) -> str:
    waiting = FetchRequest.objects.live().filter(pk__in=requests).order_by("next_attempt_at")
    first = waiting.exclude(last_error="").first()
    if first:
        return (
            f"Next attempt at {first.next_attempt_at:%H:%M:%S} UTC; last error: {first.last_error}"
        )
    return "Nothing moves: is a worker running? Start one with: celery -A tracker worker"


def _unfinished(requests: list[int]) -> str:
    rows = FetchRequest.objects.filter(pk__in=requests).exclude(
        state__in=[FetchRequest.State.SUCCEEDED, FetchRequest.State.NOT_FOUND]
    )
    lines = [f"{row.service} {row.identifier}: {row.state}: {row.last_error}" for row in rows[:20]]
    return f"{rows.count()} of {len(requests)} not fetched.\n" + "\n".join(lines)
