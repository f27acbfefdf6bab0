"""Find the PMID of a DOI, PMCID or citation; it is proposed and checked, and nothing is stored."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sources.actions.lookup import Candidate, CannotLookUp, Lookup, look_up, new_client

SIGNS: Final = {True: "agrees", False: "DIFFERS", None: "not said"}


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("text", nargs="+", help="a DOI, a PMCID, or a citation")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *, text: list[str], json: bool, **options: Any) -> str | None:
        try:
            with new_client() as client:
                found = look_up(" ".join(text), client=client)
        except CannotLookUp as error:
            raise CommandError(str(error)) from error
        self.stdout.write(_as_json(found) if json else _as_text(found))
        if found.offer is None:
            raise CommandError(_why_none(found))
        return None


def _as_json(found: Lookup) -> str:
    return json.dumps(
        {
            "offer": found.offer.pmid if found.offer else None,
            "ignored": found.ignored,
            "candidates": [asdict(candidate) for candidate in found.candidates],
        },
        ensure_ascii=False,
    )


def _as_text(found: Lookup) -> str:
    lines = [f"PubMed left out of the search: {words}" for words in found.ignored]
    lines += [line for candidate in found.candidates for line in _lines(candidate)]
    if found.offer:
        lines.append(
            f"Offered: PMID {found.offer.pmid}. Fetch it with: fetch --pmid {found.offer.pmid}"
        )
    return "\n".join(lines)


def _lines(candidate: Candidate) -> list[str]:
    checks = [
        f"    {check.name}: asked {check.asked or '-'}, found {check.found or '-'}: {SIGNS[check.agrees]}"
        for check in candidate.checks
    ]
    return [f"PMID {candidate.pmid}: {candidate.title}", *checks]


def _why_none(found: Lookup) -> str:
    if not found.candidates:
        return "PubMed proposes no record."
    if found.is_ambiguous:
        return "Several records fit; none is offered. Say more: a DOI, or first author and year."
    return "No proposed record stands every check; none is offered."
