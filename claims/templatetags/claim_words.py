"""How values of the domain read on a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import RequestContext
from django.utils.dates import MONTHS

from claims.legend import (
    ACCURACIES,
    CERTAINTIES,
    RESOLUTIONS,
    REVIEW_STATUSES,
    Entry,
    sign_entry,
)
from claims.models import Claim, EvidenceItem, Verdict
from claims.ruleset import COMPOUND_RULES, RULES, CompoundRule, Rule
from claims.ruleset.grade import DOMAINS, LEVELS
from claims.ruleset.vocabulary import (
    CitationMode,
    Directness,
    DirectnessReason,
    Scope,
    StudyDesign,
)
from claims.topics import topic_label
from claims.wording import plain_sentence
from sources.models import Publication

register = template.Library()

NAVIGATION = (
    ("claim-list", "Claims"),
    ("topic-list", "Topics"),
    ("methods", "Methods"),
    ("changes", "Changes"),
    ("about", "About"),
)
MINUS = "\N{MINUS SIGN}"
MOST_AUTHORS = 12
SCOPES = {
    Scope.MATCHES: "Matches the claim",
    Scope.NARROWER: "Narrower than the claim",
    Scope.BROADER: "Broader than the claim",
    Scope.DIFFERENT: "Differs from the claim",
}
CITED = {
    CitationMode.LINK: "by a link",
    CitationMode.REFERENCE: "by a reference",
    CitationMode.TRIAL_ACRONYM: "by its acronym",
    CitationMode.AUTHOR_YEAR: "by author and year",
    CitationMode.VAGUE: "vaguely",
}
_RULES: Mapping[str, Rule | CompoundRule] = {
    **{rule.id: rule for rule in RULES},
    **{rule.id: rule for rule in COMPOUND_RULES},
}
_CIRCLES = {certainty.value: level for level, certainty in LEVELS.items()}


@register.inclusion_tag("claims/parts/navigation.html", takes_context=True)
def navigation(context: RequestContext) -> dict[str, Any]:
    match = getattr(context.get("request"), "resolver_match", None)
    return {"entries": NAVIGATION, "here": match.url_name if match else None}


@register.filter
def sign(code: str | None) -> Entry:
    return sign_entry(code or "")


@register.filter
def sentence(verdict: Verdict, claim_type: str) -> str:
    """Return what the evidence says, in words that carry its certainty."""
    return plain_sentence(verdict.verdict, verdict.contested_kind, verdict.certainty, claim_type)


@register.filter
def certainty(code: str) -> Entry:
    return CERTAINTIES[code]


@register.filter
def circles(code: str) -> list[tuple[int, bool]]:
    """Return four circles as (x, filled); none for a certainty that is not rated."""
    level = _CIRCLES.get(code)
    return [(6 + 13 * n, n < level) for n in range(4)] if level else []


@register.filter
def review(status: int) -> Entry:
    return REVIEW_STATUSES[status]


@register.filter
def rule(code: str) -> Rule | CompoundRule | None:
    """Return the rule of the ruleset with this id; None for one of another version."""
    return _RULES.get(code)


@register.filter
def topic(slug: str) -> str:
    return topic_label(slug)


@register.filter
def any_provisional(claims: Iterable[Claim]) -> bool:
    """Is any of these claims, read `with_verdict()`, shown with a verdict nobody has reviewed?"""
    return any(
        verdict.review_status == Verdict.ReviewStatus.PROVISIONAL
        for claim in claims
        for verdict in claim.current_verdicts  # type: ignore[attr-defined]
    )


@register.filter
def claims_of(items: Iterable[EvidenceItem]) -> list[Claim]:
    return [item.claim for item in items]


@register.filter
def any_unreviewed(verdicts: Iterable[Verdict]) -> bool:
    return any(v.review_status == Verdict.ReviewStatus.PROVISIONAL for v in verdicts)


@register.filter
def page_numbers(page: Page) -> list[int | str]:
    """Return the first, the last and the nearest page numbers, with an ellipsis for the rest."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@dataclass(frozen=True, slots=True)
class Step:
    """One domain of GRADE that moved the certainty."""

    label: str
    steps: str
    question: str
    reason: str


@register.filter
def domain_steps(verdict: Verdict) -> list[Step]:
    """Return the domains that moved the certainty, with the reasons given."""
    moved = verdict.domains or {}
    return [
        Step(
            domain.name.replace("_", " ").capitalize(),
            f"{moved[domain.name]:+d}".replace("-", MINUS),
            domain.question,
            verdict.domain_reasons.get(domain.name, ""),
        )
        for domain in DOMAINS
        if moved.get(domain.name)
    ]


@register.filter
def level(start_level: int) -> str:
    return LEVELS[start_level].label


@register.filter
def sign_label(code: str) -> str:
    return sign_entry(code).label


@register.filter
def words(code: str | None) -> str:
    """Return "left_out" as "left out"."""
    return (code or "").replace("_", " ")


@register.filter
def trace_items(trace: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a trace's items; in a template `trace.items` would be the dictionary's method."""
    found: list[dict[str, Any]] = trace.get("items", [])
    return found


@register.filter
def fit(judgement: Any) -> str:
    """Return "Direct", or "Indirect: population, surrogate outcome"."""
    label = Directness(judgement.directness).label
    reasons = [DirectnessReason(reason).label.lower() for reason in judgement.directness_reasons]
    return f"{label}: {', '.join(reasons)}" if reasons else label


@register.filter
def cited(mode: str) -> str:
    return CITED[CitationMode(mode)]


@register.filter
def resolved(resolution: str) -> str:
    return RESOLUTIONS[resolution]


@register.filter
def accuracy(code: str) -> Entry:
    """Return how accurate a citation is; for an empty code, that nobody has judged it."""
    return ACCURACIES[code]


@register.filter
def scope(code: str) -> str:
    return SCOPES[Scope(code)]


@register.filter
def phases(codes: Iterable[str]) -> str:
    """Return the registry's ["PHASE2", "PHASE3"] as "phase 2, phase 3"."""
    spelt = (code.replace("PHASE", "PHASE ").replace("_", " ").lower() for code in codes)
    return ", ".join("no phase" if code == "na" else code for code in spelt)


@register.filter
def design(code: str) -> str:
    """Return a study design's label; a publication may carry a word that is none."""
    return StudyDesign(code).label if code in set(StudyDesign) else words(code)


@register.filter
def author_names(publication: Publication) -> str:
    """Return "Smith J, Doe A and 9 more", groups by their own names."""
    names = [
        author.get("collective") or f"{author.get('family', '')} {author.get('initials') or ''}"
        for author in publication.authors
    ]
    shown = ", ".join(name.strip() for name in names[:MOST_AUTHORS])
    rest = len(names) - MOST_AUTHORS
    return f"{shown} and {rest} more" if rest > 0 else shown


@register.filter
def publication_date(publication: Publication) -> str:
    """Return the date as far as it is known: "16 July 2015", "2003 Jan-Feb", "no date"."""
    if publication.medline_date:
        return publication.medline_date
    month = MONTHS[publication.month] if publication.month else ""
    known = (publication.day, month, publication.year)
    return " ".join(str(part) for part in known if part) or "no date"
