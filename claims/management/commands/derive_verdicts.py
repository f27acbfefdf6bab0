"""Derive every claim's verdict anew and list what changed."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from claims.actions.people import initial_curation
from claims.actions.proposals import Change
from claims.actions.verdicts import derive_verdicts
from claims.models import Verdict


class Command(BaseCommand):
    help = "Derive every claim's verdict anew and list what changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="a list of changes as JSON")

    def handle(self, *, json: bool, **options: Any) -> str:
        changes = derive_verdicts(by=initial_curation(), now=timezone.now())
        if json:
            return _json(changes)
        lines = [_line(change) for change in changes]
        return "\n".join([*lines, f"{len(changes)} verdicts changed."])


def _line(change: Change) -> str:
    before = change.before.label if change.before else "none"
    claim, after = change.claim, change.after
    return f"{claim.public_id} {claim.key}: {before} -> {after.label} ({'; '.join(change.why)})"


def _json(changes: list[Change]) -> str:
    rows = [
        {
            "claim": change.claim.public_id,
            "key": change.claim.key,
            "before": change.before and _summary(change.before),
            "after": _summary(change.after),
            "is_current": change.after.is_current,
            "why": change.why,
        }
        for change in changes
    ]
    return json.dumps(rows, indent=2)


def _summary(verdict: Verdict) -> dict[str, Any]:
    return {
        "id": verdict.public_id,
        "verdict": verdict.verdict,
        "contested_kind": verdict.contested_kind,
        "certainty": verdict.certainty,
        "rule": verdict.rule,
        "review_status": verdict.review_status,
    }
