"""What a trial's page shows of its registration: what changed, what was posted, what it refers to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sources.models import Publication, RegistrationChange, Trial

#: How each type of reference reads. RESULT can be a paper on the design: it is the sponsor's word only.
REFERENCE_TYPES: Final = {
    "RESULT": (
        "Named by the sponsor as results",
        "The sponsor's word; a paper on the design can be among them.",
    ),
    "DERIVED": (
        "Matched by the registry",
        "Papers that carry this trial's number; nobody at the trial has vouched for them.",
    ),
    "BACKGROUND": ("Background", "What the trial builds on, not what it found."),
    None: ("Named without a type", ""),
}


@dataclass(frozen=True, slots=True)
class Drift:
    """One field of a registration: what it was when first seen, what it is, and the steps between."""

    steps: tuple[RegistrationChange, ...]

    @property
    def label(self) -> str:
        return self.steps[0].get_field_display()

    @property
    def basis(self) -> str:
        return self.steps[0].get_basis_display()

    @property
    def then(self) -> str:
        return self.steps[0].before_text

    @property
    def now(self) -> str:
        return self.steps[-1].after_text

    @property
    def noticed_at(self) -> datetime:
        return self.steps[-1].noticed_at

    @property
    def is_back(self) -> bool:
        """Whether it is again what it was."""
        return self.steps[0].before == self.steps[-1].after

    @property
    def is_open(self) -> bool:
        return any(step.is_open for step in self.steps)


@dataclass(frozen=True, slots=True)
class PostedCell:
    """A value of one group, with its spread, in the sponsor's characters."""

    group: str
    value: str


@dataclass(frozen=True, slots=True)
class PostedRow:
    """What was measured, in each group for which something was posted."""

    label: str
    cells: tuple[PostedCell, ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """The posted result of one primary outcome."""

    result: dict[str, Any]
    rows: tuple[PostedRow, ...]
    analyses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A paper that the registration names; `publication` if it is one of ours."""

    citation: str
    pmid: str | None
    publication: Publication | None
    is_retracted: bool


@dataclass(frozen=True, slots=True)
class ReferenceGroup:
    """References of one type, never mixed with those of another."""

    title: str
    explanation: str
    references: tuple[Reference, ...]


def drifts(trial: Trial) -> list[Drift]:
    """Return the fields that changed since the registration was first seen, in the model's order."""
    steps: dict[str, list[RegistrationChange]] = {}
    for change in trial.changes.in_order():
        steps.setdefault(change.field, []).append(change)
    return [Drift(tuple(steps[name])) for name in RegistrationChange.Field.values if name in steps]


def posted(trial: Trial) -> list[Posted]:
    return [_posted(result) for result in trial.posted_results]


def _posted(result: dict[str, Any]) -> Posted:
    groups = {group["id"]: group for group in result["groups"]}
    rows: dict[str, list[PostedCell]] = {}
    for each in result["measurements"]:
        label = " · ".join(part for part in (each["title"], each["category"]) if part)
        cell = PostedCell(_group(groups.get(each["group"]), each["group"]), _measured(each))
        rows.setdefault(label, []).append(cell)
    return Posted(
        result=result,
        rows=tuple(PostedRow(label, tuple(cells)) for label, cells in rows.items()),
        analyses=tuple(_analysis(each, groups) for each in result["analyses"]),
    )


def _group(group: dict[str, Any] | None, key: str) -> str:
    name = (group and group["title"]) or key
    count = group and group["participants"]
    return f"{name} (n = {count})" if count else name


def _measured(each: dict[str, Any]) -> str:
    spread = f" ± {each['spread']}" if each["spread"] else ""
    limits = f" ({each['lower']} to {each['upper']})" if each["lower"] or each["upper"] else ""
    return f"{each['value'] or '?'}{spread}{limits}"


def _analysis(each: dict[str, Any], groups: dict[str, Any]) -> str:
    compared = " v ".join(groups.get(key, {}).get("title") or key for key in each["groups"])
    interval = (
        f" ({each['ci_level'] or '?'}% CI {each['ci_low'] or '?'} to {each['ci_high'] or '?'})"
        if each["ci_low"] or each["ci_high"]
        else ""
    )
    estimate = f"{each['measure'] or 'estimate'} {each['estimate']}{interval}"
    parts = (
        compared,
        estimate if each["estimate"] else "",
        f"p {each['p']}" if each["p"] else "",
        each["method"],
    )
    return "; ".join(part for part in parts if part)


def reference_groups(trial: Trial) -> list[ReferenceGroup]:
    """Return the registration's references by type, those that are ours with our record."""
    pmids = {row["pmid"] for row in trial.references if row["pmid"]}
    ours = {each.pmid: each for each in Publication.objects.filter(pmid__in=pmids)}
    groups = []
    for kind, (title, explanation) in REFERENCE_TYPES.items():
        named = [row for row in trial.references if row["type"] == kind]
        if named:
            groups.append(ReferenceGroup(title, explanation, tuple(_references(named, ours))))
    return groups


def _references(
    rows: Sequence[dict[str, Any]], ours: dict[str | None, Publication]
) -> Iterable[Reference]:
    for row in rows:
        yield Reference(
            citation=row["citation"] or "",
            pmid=row["pmid"],
            publication=ours.get(row["pmid"]),
            # Stored before the registry's retractions were read, a row has none.
            is_retracted=bool(row.get("retractions")),
        )
