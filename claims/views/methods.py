"""How a verdict comes about, printed from the ruleset itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from claims.legend import CERTAINTIES, REVIEW_STATUSES, SIGNS, sign_entry
from claims.ruleset import (
    BACKGROUND_DESIGNS,
    COMPOUND_RULES,
    REASONS,
    RULES,
    SEARCH_MONTHS,
    TIERS,
    VERSION,
    Bar,
)
from claims.ruleset.grade import DOWN, FRAMEWORK, UP
from claims.ruleset.vocabulary import ClaimType, StudyDesign


def methods(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(
        request,
        "claims/methods.html",
        {
            "version": VERSION,
            "signs": SIGNS.values(),
            "certainties": CERTAINTIES.values(),
            "review_statuses": REVIEW_STATUSES.values(),
            "rules": [(rule, sign_entry(rule.contested_kind or rule.verdict)) for rule in RULES],
            "compound_rules": [(rule, rule.verdict.label) for rule in COMPOUND_RULES],
            "types": [_type_row(kind, bar) for kind, bar in TIERS.items()],
            "background": _labels(BACKGROUND_DESIGNS),
            "reasons": REASONS.values(),
            "domains_down": DOWN,
            "domains_up": UP,
            "search_months": SEARCH_MONTHS,
        },
    )


def _type_row(kind: str, bar: Bar) -> dict[str, object]:
    return {
        "label": ClaimType(kind).label,
        "any_document": bar.any_document,
        "designs": _labels(bar.designs),
        "designs_if_low_risk": _labels(bar.designs_if_low_risk),
        "framework": FRAMEWORK[kind].label,
    }


def _labels(designs: frozenset[StudyDesign]) -> list[str]:
    return [design.label for design in StudyDesign if design in designs]
