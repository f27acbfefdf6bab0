"""Mend the ledger of fetching: ask again now, or give up with a reason.

`mend_fetches retry` takes what failed, `mend_fetches give-up --why TEXT` what waits; both can be told
to take less, by service, state, what went wrong, batch or identifier.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from sources import tasks
from sources.actions.mending import NoReason, give_up_all, retry_all
from sources.models import FetchBatch, FetchRequest, Service
from sources.models.fetch import FetchRequestQuerySet
from sources.outcomes import EXPLANATIONS

State = FetchRequest.State


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["retry", "give-up"])
        parser.add_argument("--service", choices=Service.values)
        parser.add_argument(
            "--state", choices=State.values, help="default: failed to retry, queued to give up"
        )
        parser.add_argument("--error", choices=list(EXPLANATIONS), help="by what went wrong last")
        parser.add_argument("--batch", type=int, metavar="N")
        parser.add_argument("--id", nargs="+", action="extend", default=[], metavar="IDENTIFIER")
        parser.add_argument("--why", default="", help="the reason, kept with what is given up")
        parser.add_argument("--by", metavar="USERNAME", help="in whose name")
        parser.add_argument("--dry-run", action="store_true", help="only say how many")

    def handle(self, *, what: str, **options: Any) -> str:
        retries = what == "retry"
        requests = _chosen(options, State.FAILED if retries else State.QUEUED)
        if options["dry_run"]:
            return f"{requests.count()} would be {'asked for again' if retries else 'given up'}."
        by, now = _user(options["by"]), timezone.now()
        if not retries:
            try:
                return f"{give_up_all(requests, by=by, now=now, why=options['why'])} given up."
            except NoReason as error:
                raise CommandError(f"{error} Give it with --why.") from error
        retried = retry_all(requests, by=by, now=now)
        for service in retried.services:
            tasks.wake(service)
        return f"{retried.total} will be asked for again, {retried.left} being fetched now."


def _chosen(options: dict[str, Any], state: State) -> FetchRequestQuerySet:
    requests = FetchRequest.objects.filter(state=options["state"] or state)
    if options["service"]:
        requests = requests.filter(service=options["service"])
    if options["id"]:
        requests = requests.filter(identifier__in=options["id"])
    if options["batch"] is not None:
        if not FetchBatch.objects.filter(pk=options["batch"]).exists():
            raise CommandError(f"There is no batch {options['batch']}.")
        requests = requests.filter(batches=options["batch"])
    if options["error"]:
        requests = requests.last_ended_as(options["error"])
    return requests


def _user(name: str | None) -> Any:
    if name is None:
        return None
    user = get_user_model().objects.filter(username=name).first()
    if user is None:
        raise CommandError(f"There is no user {name}.")
    return user
