"""A verdict's trace made ready for reading: words for codes, links for keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from claims.admin.links import change_url
from claims.models import Claim, EvidenceItem, Verdict
from claims.models.verdict import DOMAINS, LEVELS
from claims.ruleset import vocabulary

COUNTS: Final = (
    ("Decisive", "decisive_for", "decisive_against"),
    ("of these, of the claim's own scope", "decisive_for_matching", "decisive_against_matching"),
    ("Contributory", "contributory_for", "contributory_against"),
)
SIDES: Final = {"for": "for", "against": "against", "neutral": "neither", "none": "-"}


@dataclass(frozen=True, slots=True)
class Row:
    """One item of the trace, or one part of a compound claim."""

    key: str
    name: str
    url: str
    is_counted: bool
    facts: dict[str, Any]

    @property
    def is_pillar(self) -> bool:
        """Whether the verdict would be another without it."""
        return bool(self.facts["without"])


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole trace for a page."""

    rule: str
    because: str
    inputs: list[tuple[str, str]]
    counts: list[tuple[str, int, int]]
    items: list[Row]
    parts: list[Row]
    flags: list[str]
    domains: list[tuple[str, int, str]]
    sum: str

    @property
    def pillars(self) -> list[Row]:
        return [row for row in (*self.items, *self.parts) if row.is_pillar]


def read_trace(verdict: Verdict) -> Reading:
    """Return the trace in words; two queries at most, however long it is."""
    trace = verdict.trace
    without = {each["key"]: _result(each) for each in trace.get("rests_on", ())}
    counts = trace.get("counts", {})
    return Reading(
        rule=verdict.rule,
        because=trace.get("because", ""),
        inputs=_inputs(trace),
        counts=[
            (name, counts.get(for_, 0), counts.get(against, 0)) for name, for_, against in COUNTS
        ]
        if counts
        else [],
        items=_item_rows(trace.get("items", []), without),
        parts=_part_rows(trace.get("parts", []), without),
        flags=[each["text"] for each in trace.get("flags", ())],
        domains=_domain_rows(verdict),
        sum=_sum(verdict),
    )


def _inputs(trace: dict[str, Any]) -> list[tuple[str, str]]:
    if trace.get("kind") != "leaf":
        return []
    return [
        ("Type of claim", vocabulary.ClaimType(trace["claim_type"]).label),
        ("Checkable", vocabulary.Checkability(trace["checkability"]).label),
        ("Certainty as rated", vocabulary.Certainty(trace["certainty_given"]).label),
        ("Last search of the literature", trace["last_search"] or "none recorded"),
        ("Derived on", trace["today"]),
    ]


def _item_rows(items: list[dict[str, Any]], without: dict[str, str]) -> list[Row]:
    keys = [int(item["key"].removeprefix("EVI-")) for item in items]
    stored = EvidenceItem.objects.select_related("publication", "trial").in_bulk(keys)
    rows = []
    for item, key in zip(items, keys, strict=True):
        source = stored[key].source if key in stored else None
        facts = {
            **item,
            "stance": _label(vocabulary.Stance, item["stance"]),
            "study": _study(item),
            "bearing": _bearing(item),
            "tier": _label(vocabulary.Tier, item["tier"]),
            "side": SIDES[item["side"]],
            "without": without.get(item["key"], ""),
        }
        url = change_url(stored[key]) if key in stored else ""
        rows.append(Row(item["key"], str(source or item["unit"]), url, item["counted"], facts))
    return rows


def _study(item: dict[str, Any]) -> str:
    if item["study_design"] is None:
        return "-"
    bias = _label(vocabulary.RobLevel, item["rob_overall"]).lower()
    return f"{_label(vocabulary.StudyDesign, item['study_design'])}, risk of bias {bias}"


def _bearing(item: dict[str, Any]) -> str:
    if item["directness"] is None:
        return "-"
    scope = _label(vocabulary.Scope, item["scope"]).lower()
    return f"{_label(vocabulary.Directness, item['directness'])}, scope {scope}"


def _part_rows(parts: list[dict[str, Any]], without: dict[str, str]) -> list[Row]:
    stored = Claim.objects.in_bulk([part["key"] for part in parts], field_name="key")
    return [
        Row(
            part["key"],
            str(stored[part["key"]]) if part["key"] in stored else part["key"],
            change_url(stored[part["key"]]) if part["key"] in stored else "",
            part["role"] != "left_out",
            {
                "result": _result(part),
                "certainty": _label(vocabulary.Certainty, part["certainty"]),
                "role": part["role"].replace("_", " "),
                "without": without.get(part["key"], ""),
            },
        )
        for part in parts
    ]


def _result(entry: dict[str, Any]) -> str:
    verdict = vocabulary.Verdict(entry["verdict"]).label
    kind = entry["contested_kind"]
    return f"{verdict} ({vocabulary.ContestedKind(kind).label.lower()})" if kind else verdict


def _label(words: type[vocabulary.Vocabulary], value: str | None) -> str:
    return words(value).label if value else "-"


def _domain_rows(verdict: Verdict) -> list[tuple[str, int, str]]:
    return [
        (name.replace("_", " ").capitalize(), step, verdict.domain_reasons.get(name, ""))
        for name, step in (verdict.domains or {}).items()
    ]


def _sum(verdict: Verdict) -> str:
    """Return the arithmetic: "4 - 1 - 1 = 2: low"; nothing when it was not rated here."""
    if verdict.start_level is None:
        return ""
    steps = [step for step in (getattr(verdict, name) for name in DOMAINS) if step]
    total = verdict.start_level + sum(steps)
    written = "".join(f" {'-' if step < 0 else '+'} {abs(step)}" for step in steps)
    level = verdict.get_certainty_display().lower()
    if not steps:
        return f"{level}, the level it starts from"
    held = "" if total in LEVELS.values() else f", held at {max(1, min(4, total))}"
    return f"{verdict.start_level}{written} = {total}{held}: {level}"
