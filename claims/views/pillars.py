"""On what a verdict rests: the single studies or parts without which it would be another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from claims.legend import sign_entry
from claims.models import Claim, Verdict
from claims.views.evidence_rows import Group
from sources.models import Publication


@dataclass(frozen=True, slots=True)
class Pillar:
    """Without `name` (at `href`) the verdict would be `otherwise`."""

    name: str
    href: str
    otherwise: str


def pillars_of(
    verdict: Verdict | None, groups: Iterable[Group], parts: Iterable[Claim]
) -> list[Pillar]:
    if verdict is None:
        return []
    names = {**_items(groups), **_parts(parts)}
    return [
        Pillar(*names[entry["key"]], sign_entry(entry["contested_kind"] or entry["verdict"]).label)
        for entry in verdict.rests_on
        if entry["key"] in names
    ]


def names_of(groups: Iterable[Group], parts: Iterable[Claim]) -> dict[str, str]:
    """Return how to call each item and part in a sentence."""
    found = {**_items(groups), **_parts(parts)}
    return {key: name for key, (name, _) in found.items()}


def _items(groups: Iterable[Group]) -> dict[str, tuple[str, str]]:
    return {
        row.item.key: (_name(row.item.source), f"#{row.item.key}")
        for group in groups
        for row in group.rows
    }


def _parts(parts: Iterable[Claim]) -> dict[str, tuple[str, str]]:
    return {part.key: (f"“{part.statement}”", part.get_absolute_url()) for part in parts}


def _name(source: object) -> str:
    return source.short_citation if isinstance(source, Publication) else str(source)
